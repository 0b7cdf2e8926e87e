import type { Connection } from '@solana/web3.js'
import { formatUnits, parseUnits, QUOTE_DECIMALS } from '#client/units.ts'
import { recordAudit } from '#server/platform/audit.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { authorise, type SignedIn } from '#server/platform/principal.ts'
import type { ApiContext } from '#server/platform/procedures.ts'
import { readTradingAccount } from '#server/trading/index.ts'
import type { SigningKey } from './key-repo.ts'
import * as repo from './key-repo.ts'
import { changed, isLooser } from './limits.ts'
import { prepareAllow, prepareRevoke, readOnChain } from './on-chain.ts'
import type { EnableInput, LimitChange, Limits, SigningKeyDto, ToSignDto } from './schema.ts'
import { KEY_CHANGED, KEY_MADE } from './topics.ts'
import { whenThere } from './wait.ts'

/** `connection` is read when it is needed. */
export type Caller = Pick<ApiContext, 'db' | 'bus' | 'clock'> & { principal: SignedIn; connection: Connection }

const MADE_WITHIN_MS = 8_000
const LONGEST_MS = 90 * 86_400_000

/**
 * Sets a key up for a sub-account, or renews the one it has: new limits, and what the wallet is to sign for the chain.
 * @throws AppError NOT_FOUND without the sub-account; UPSTREAM while no signer makes the key.
 */
export async function enableKey(
  caller: Caller,
  { subAccountId, lossBudget, ...limits }: EnableInput,
): Promise<ToSignDto> {
  const { db, bus, clock, connection, principal } = caller
  const { userId, authority } = principal
  const nowMs = clock.now()
  requireFuture(limits.expiresAt, nowMs)
  await requireMarkets(db, limits)
  await readTradingAccount(connection, { authority, subAccountId }, nowMs)
  const { found: key } = await whenThere(
    bus,
    { topic: KEY_MADE, withinMs: MADE_WITHIN_MS },
    async () => {
      const id = await db.transaction().execute(async (trx) => {
        const requested = await repo.requestKey(trx, { userId, subAccountId, limits })
        const details = { subAccountId, limits, lossBudget }
        await recordAudit(trx, { stream: 'signer', actor: userId, action: 'key.enabled', subject: requested, details })
        return requested
      })
      await bus.publish(KEY_CHANGED, { id })
      return id
    },
    async (id) => madeKey(await repo.findKey(db, { userId, id })),
  )
  if (key === undefined) {
    throw new AppError('UPSTREAM', {
      message: 'the signer has not made the key in time: does the role signer run?',
      userMessage: 'The signing service does not answer. Try again in a moment.',
    })
  }
  const transaction = await prepareAllow({ connection, nowMs }, key, parseUnits(lossBudget, QUOTE_DECIMALS))
  return { key: await describe(caller, key), transaction }
}

const madeKey = (key: SigningKey | undefined): (SigningKey & { publicKey: string }) | undefined =>
  key === undefined || key.publicKey === null ? undefined : { ...key, publicKey: key.publicKey }

function requireFuture(expiresAt: number, nowMs: number): void {
  if (expiresAt > nowMs + 60_000 && expiresAt <= nowMs + LONGEST_MS) return
  throw badField('expiresAt', 'must lie between a minute and 90 days from now')
}

async function requireMarkets(db: Db, { markets }: Pick<Limits, 'markets'>): Promise<void> {
  if (markets === null) return
  const listed = await db.selectFrom('markets').select('market').where('market', 'in', markets).execute()
  const missing = markets.find((name) => !listed.some(({ market }) => market === name))
  if (missing !== undefined) throw badField('markets', `there is no market ${missing}`)
}

const badField = (field: string, message: string) =>
  new AppError('BAD_INPUT', { message: `${field}: ${message}`, details: { fields: [{ field, message }] } })

export async function listKeys(caller: Caller): Promise<{ keys: SigningKeyDto[]; isPaused: boolean }> {
  const { db, principal } = caller
  const keys = await repo.listKeys(db, principal.userId)
  const [described, isPaused] = await Promise.all([describeAll(caller, keys), repo.isPaused(db)])
  return { keys: described, isPaused }
}

/**
 * Tightens at once; what allows more asks for a factor shown lately. The end on chain stays as the wallet signed it.
 * @throws AppError STEP_UP_REQUIRED, NOT_FOUND.
 */
export async function changeLimits(caller: Caller, id: string, change: LimitChange): Promise<SigningKeyDto> {
  const { db, clock, principal } = caller
  if (change.markets !== undefined) await requireMarkets(db, { markets: change.markets })
  const key = await db.transaction().execute(async (trx) => {
    const before = await repo.findKey(trx, { userId: principal.userId, id, lock: true })
    if (before === undefined || before.revokedAt !== null) throw noKey()
    const limits = changed(before.limits, change)
    if (isLooser(before.limits, limits)) authorise(principal, 'step-up', 'mutation', clock.now())
    await repo.changeLimits(trx, id, limits)
    const details = { from: before.limits, to: limits }
    await recordAudit(trx, {
      stream: 'signer',
      actor: principal.userId,
      action: 'limits.changed',
      subject: id,
      details,
    })
    return { ...before, limits }
  })
  return describe(caller, key)
}

/** From now on nothing is signed with it; its SOL goes back to the wallet by itself. @throws AppError NOT_FOUND */
export async function revokeKey(caller: Caller, id: string): Promise<ToSignDto> {
  const { db, bus, clock, connection, principal } = caller
  const { userId } = principal
  const key = await db.transaction().execute(async (trx) => {
    const found = await repo.findKey(trx, { userId, id, lock: true })
    if (found === undefined) throw noKey()
    if (!(await repo.revokeKey(trx, id))) return found
    await recordAudit(trx, { stream: 'signer', actor: userId, action: 'key.revoked', subject: id })
    return { ...found, revokedAt: clock.now() }
  })
  await bus.publish(KEY_CHANGED, { id })
  const transaction = await prepareRevoke({ connection, nowMs: clock.now() }, key)
  return { key: await describe(caller, key), transaction }
}

const noKey = () => new AppError('NOT_FOUND', { message: 'you have no signing key with this id' })

/** Stops or resumes orders that add risk, of everybody. */
export async function switchSigning({ db, principal }: Pick<Caller, 'db' | 'principal'>, enabled: boolean) {
  await db.transaction().execute(async (trx) => {
    await repo.setSwitch(trx, enabled, principal.userId)
    const action = enabled ? 'signing.resumed' : 'signing.paused'
    await recordAudit(trx, { stream: 'signer', actor: principal.userId, action, subject: 'signer.orders' })
  })
  return { enabled }
}

async function describe(caller: Caller, key: SigningKey): Promise<SigningKeyDto> {
  const [described] = await describeAll(caller, [key])
  if (described === undefined) throw noKey()
  return described
}

async function describeAll({ db, clock, connection }: Caller, keys: readonly SigningKey[]): Promise<SigningKeyDto[]> {
  const nowMs = clock.now()
  const used = await repo.usedToday(
    db,
    keys.map(({ id }) => id),
  )
  return Promise.all(
    keys.map(async (key) => {
      const chain = await readOnChain({ connection, nowMs }, key)
      const { id, subAccountId, publicKey, limits, createdAt, revokedAt } = key
      const usedToday = formatUnits(used.get(id) ?? 0n, QUOTE_DECIMALS)
      const state = stateOf(key, chain, nowMs)
      return { id, subAccountId, publicKey, state, limits, usedToday, createdAt, revokedAt, chain }
    }),
  )
}

function stateOf(key: SigningKey, chain: SigningKeyDto['chain'], nowMs: number): SigningKeyDto['state'] {
  if (key.revokedAt !== null) return 'revoked'
  if (key.publicKey === null) return 'requested'
  const hasEnded = chain !== null && chain.expiresAt !== null && chain.expiresAt <= nowMs
  if (key.limits.expiresAt <= nowMs || hasEnded) return 'expired'
  return chain?.isDelegate === true ? 'active' : 'ready'
}
