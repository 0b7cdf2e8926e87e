import { createPublicKey, verify } from 'node:crypto'
import { PublicKey, SystemProgram, TransactionMessage, VersionedTransaction } from '@solana/web3.js'
import type { Wallet } from '@wallet-standard/base'
import { describe, expect, it } from 'vitest'
import { createDevWallet, DEV_WALLET_NAME } from './dev-wallet.ts'

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

// A wallet's features are found by name, so their types are the caller's business.
type Features = {
  'standard:connect': { connect: (input?: { silent: boolean }) => Promise<{ accounts: Wallet['accounts'] }> }
  'standard:disconnect': { disconnect: () => Promise<void> }
  'standard:events': { on: (event: 'change', listener: () => void) => () => void }
  'solana:signTransaction': {
    signTransaction: (input: { transaction: Uint8Array }) => Promise<{ signedTransaction: Uint8Array }[]>
  }
  'solana:signMessage': { signMessage: (input: { message: Uint8Array }) => Promise<{ signature: Uint8Array }[]> }
}
const open = (kept = storage()) => {
  const wallet = createDevWallet('http://127.0.0.1:1', kept)
  return { wallet, features: wallet.features as unknown as Features }
}

describe('the dev wallet', () => {
  it('belongs to localnet and says so in its name', () => {
    const { wallet } = open()
    expect(wallet.chains).toEqual(['solana:localnet'])
    expect(wallet.name).toBe(DEV_WALLET_NAME)
  })

  it('makes a key only when asked, and is the same wallet ever after', async () => {
    const kept = storage()
    expect((await open(kept).features['standard:connect'].connect({ silent: true })).accounts).toEqual([])
    const [made] = (await open(kept).features['standard:connect'].connect()).accounts
    const [again] = (await open(kept).features['standard:connect'].connect({ silent: true })).accounts
    expect(again?.address).toBe(made?.address)
  })

  it('tells the page when it connects and disconnects', async () => {
    const { wallet, features } = open()
    const seen: number[] = []
    const stop = features['standard:events'].on('change', () => seen.push(wallet.accounts.length))
    await features['standard:connect'].connect()
    await features['standard:disconnect'].disconnect()
    stop()
    await features['standard:connect'].connect()
    expect(seen).toEqual([1, 0])
  })

  it('signs transactions and messages with its own key', async () => {
    const { features } = open()
    const [account] = (await features['standard:connect'].connect()).accounts
    const key = new PublicKey(account!.address)
    const message = new TransactionMessage({
      payerKey: key,
      recentBlockhash: PublicKey.default.toBase58(),
      instructions: [SystemProgram.transfer({ fromPubkey: key, toPubkey: key, lamports: 1 })],
    }).compileToV0Message()
    const transaction = new VersionedTransaction(message).serialize()
    const [signed] = await features['solana:signTransaction'].signTransaction({ transaction })
    const [signature] = VersionedTransaction.deserialize(signed!.signedTransaction).signatures
    expect(isSignedBy(account!.publicKey, message.serialize(), signature!)).toBe(true)

    const text = new TextEncoder().encode('quantdesk')
    const [spoken] = await features['solana:signMessage'].signMessage({ message: text })
    expect(isSignedBy(account!.publicKey, text, spoken!.signature)).toBe(true)
  })

  it('does not sign before it is connected', async () => {
    await expect(open().features['solana:signMessage'].signMessage({ message: new Uint8Array(1) })).rejects.toThrow(
      'connect it',
    )
  })
})

/** DER head of an Ed25519 public key. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

function isSignedBy(publicKey: ArrayLike<number>, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI, Uint8Array.from(publicKey)]), format: 'der', type: 'spki' })
  return verify(null, message, key, signature)
}
