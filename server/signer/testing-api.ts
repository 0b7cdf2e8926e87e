import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PublicKey } from '@solana/web3.js'
import { expect } from 'vitest'
import { startTestApi } from '#server/api/testing.ts'
import type { Trader } from '#server/chain/testing.ts'
import type { Db } from '#server/platform/db/index.ts'
import { createLog } from '#server/platform/log.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import type { EnableInput, IntentDto, SigningKeyDto, ToSignDto } from './schema.ts'
import { addUser, limits, signAndSend, startSigningDesk, USDC } from './testing.ts'

export type Who = Trader & { userId: string }
/** `!`: a factor was shown lately; `#`: and it is an admin. */
export type Asked = { as?: '' | '!' | '#'; key?: string }

/** The API over a desk with its signer, and what was said by both: no secret may be in it. */
export async function startSigningApi(db: Db & { readonly url: string }) {
  const desk = await startSigningDesk(db)
  const { connection } = desk.chain
  const folder = await mkdtemp(join(tmpdir(), 'quantdesk-signer-'))
  const log = createLog({ name: 'signer', level: 'trace', format: 'json', file: join(folder, 'log') })
  let stopSigner = desk.startSigner({ log })
  const users = new Map<string, string>()
  const answers: string[] = []
  const api = await startTestApi(db, {
    url: db.url,
    rpcUrl: desk.chain.rpcUrl,
    bus: desk.bus,
    env: { RPC_WS_URL: desk.chain.rpcWsUrl },
    // A token is the wallet's address, after the sign of what it may.
    authenticate: async ({ headers }) => {
      const token = headers.get('authorization')?.replace('Bearer ', '')
      if (token === undefined) return null
      const authority = token.replace(/^[!#]/, '')
      return signedInAs({
        authority,
        userId: users.get(authority) ?? '',
        role: token.startsWith('#') ? 'admin' : 'user',
        steppedUpAt: /^[!#]/.test(token) ? Date.now() : null,
      })
    },
  })

  const ask = async <Body = Record<string, unknown>>(
    who: Who,
    method: string,
    path: string,
    body?: object,
    { as = '', key }: Asked = {},
  ): Promise<{ status: number; body: Body & { code?: string; detail?: string } }> => {
    const response = await fetch(`${api.url}/api${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${as}${who.keypair.publicKey.toBase58()}`,
        ...(key !== undefined && { 'idempotency-key': key }),
      },
    })
    const text = await response.text()
    answers.push(text)
    return { status: response.status, body: JSON.parse(text) }
  }

  return {
    desk,
    url: api.url,
    ask,
    trader: async (usdc = 10_000n * USDC): Promise<Who> => {
      const made = await desk.chain.trader(usdc)
      const userId = await addUser(db, made)
      users.set(made.keypair.publicKey.toBase58(), userId)
      return { ...made, userId }
    },
    /** Set up over the API, and allowed by the wallet on chain. */
    enable: async (who: Who, given: Partial<EnableInput> = {}): Promise<SigningKeyDto> => {
      const { status, body } = await ask<ToSignDto>(who, 'POST', '/trading/signing-keys', limits(given), { as: '!' })
      expect([status, body.detail]).toEqual([200, undefined])
      if (body.transaction !== null) await signAndSend(connection, body.transaction.transaction, who.keypair)
      return body.key
    },
    intent: async (who: Who, action: string, body: object, asked?: Asked): Promise<IntentDto> =>
      (await ask<IntentDto>(who, 'POST', `/trading/intents/${action}`, body, asked)).body,
    balanceOf: (address: string | null) => connection.getBalance(new PublicKey(address ?? ''), 'confirmed'),
    said: async (): Promise<string> => `${answers.join('\n')}${await readFile(join(folder, 'log'), 'utf8')}`,
    /** Its work while the signer is away. */
    withoutSigner: async (work: () => Promise<void>): Promise<void> => {
      await stopSigner()
      await work()
      stopSigner = desk.startSigner({ log })
    },
    stop: async () => {
      await stopSigner()
      await api.stop()
      await desk.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
