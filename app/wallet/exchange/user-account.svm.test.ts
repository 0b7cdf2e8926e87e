import { Keypair, type PublicKey } from '@solana/web3.js'
import { beforeAll, expect, it, vi } from 'vitest'
import { createSubAccount, decodeUserAccount, userAccountAddress } from '#client/index.ts'
import { data, join, openExchange, SOL, send, svm } from '#client/svm-fixture.ts'
import { openUserAccount } from './user-account.ts'

// How a referral reaches the chain, against the real program.

const referrerWallet = vi.hoisted(() => vi.fn<() => Promise<string | null>>())
vi.mock('#app/data/referral.ts', () => ({ referrerWallet }))
vi.mock('./chain-state.ts', () => ({
  readAccounts: async (addresses: PublicKey[]) => addresses.map((address) => svm.account(address)),
}))

const [referrer, stranger] = [Keypair.generate(), Keypair.generate()]

beforeAll(async () => {
  await openExchange()
  join(referrer, 0n)
})

/** Opens an account as the page does, after a visit through somebody's link. */
async function open(sentBy: string | null, wallet = Keypair.generate()): Promise<string | null> {
  referrerWallet.mockResolvedValue(sentBy)
  const authority = wallet.publicKey
  svm.airdrop(authority, SOL)
  send(wallet, ...(await openUserAccount(authority.toBase58())), createSubAccount({ authority, id: 0 }))
  return decodeUserAccount(data(userAccountAddress(authority))).referrer
}

it('names the one whose link brought the owner here, in the transaction that creates the account', async () => {
  expect(await open(referrer.publicKey.toBase58())).toBe(userOf(referrer))
})

it('creates the account all the same without a link, through one of nobody who trades, and through the own', async () => {
  const own = Keypair.generate()
  expect(await open(null)).toBeNull()
  expect(await open(stranger.publicKey.toBase58())).toBeNull()
  expect(await open(own.publicKey.toBase58(), own)).toBeNull()
})

/** The program keeps the account that is paid. */
const userOf = ({ publicKey }: Keypair): string => userAccountAddress(publicKey).toBase58()
