import { PublicKey, type TransactionInstruction, TransactionMessage, VersionedTransaction } from '@solana/web3.js'
import { beforeAll, expect, it } from 'vitest'
import { INSTRUCTIONS } from '#client/generated/instructions.ts'
import {
  cancelOrder,
  closePosition,
  closeSubAccount,
  createSubAccount,
  createUserAccount,
  decodeSubAccount,
  depositTokens,
  depositToPool,
  explainProgramError,
  modifyOrder,
  placeOrders,
  refillInsurance,
  requestPoolExit,
  subAccountAddress,
  transferCollateral,
  updateSubAccount,
  withdrawNativeSol,
  withdrawTokens,
} from '#client/index.ts'
import {
  data,
  fundPool,
  openExchange,
  owner,
  publish,
  riskOf,
  SOL,
  send,
  svm,
  trade,
  USD,
  usdcMint,
  world,
} from '#client/svm-fixture.ts'
import { makeKey, signWithKey, type TradingKey } from './trading-key-store.ts'

// A browser's trading key, made and used as the page does it, against the real program.

let key: TradingKey
const address = (): PublicKey => new PublicKey(key.address)
const subAccount = subAccountAddress(owner.publicKey, 0)
const account = () => decodeSubAccount(data(subAccount))
const DAY_S = 86_400

/** Sends as the page does: the key pays and signs. */
async function byKey(...instructions: TransactionInstruction[]) {
  const message = new TransactionMessage({ payerKey: address(), recentBlockhash: svm.blockhash, instructions })
  const signed = await signWithKey(key, new VersionedTransaction(message.compileToV0Message()))
  const outcome = svm.sendSigned(signed)
  return outcome.ok ? 'ok' : explainProgramError(outcome.errorCode ?? 0).code
}

const allow = (expiresAt: number, budget: bigint): void => {
  const delegate = { key: address(), expiresAt: BigInt(expiresAt), budget }
  send(owner, updateSubAccount({ authority: owner.publicKey, subAccount, delegate, isolatedMarket: null }))
}

const trader = () => ({ trader: address(), subAccount, marketIndex: 0, marginAccounts: riskOf(subAccount, 0) })
const bid = { kind: 'limit', side: 'buy', size: SOL, limitPrice: 100n * USD } as const

beforeAll(async () => {
  await openExchange()
  fundPool()
  key = await makeKey()
  svm.airdrop(address(), SOL)
  const { publicKey: authority } = owner
  const userTokens = world.createTokens(usdcMint, authority, 10_000n * USD)
  send(owner, depositTokens({ authority, subAccount, mint: usdcMint, amount: 10_000n * USD, userTokens }))
  allow(svm.now + DAY_S, 100n * USD)
})

it('no script can read the private half', async () => {
  expect(key.key.extractable).toBe(false)
  for (const form of ['raw', 'jwk', 'pkcs8'] as const) {
    await expect(crypto.subtle.exportKey(form, key.key)).rejects.toThrow()
  }
})

it('places, changes and cancels orders, and closes a position', async () => {
  expect(await byKey(placeOrders({ ...trader(), orders: [bid] }))).toBe('ok')
  const [order] = account().orders
  expect(order).toMatchObject({ size: SOL, side: 'buy' })
  const same = { limitPrice: 100n * USD, triggerPrice: 0n, trailingDistance: 0n, pegOffset: null, expiresAt: 0n }
  const change = { ...same, orderId: order?.orderId ?? 0n, size: 2n * SOL }
  expect(await byKey(modifyOrder({ ...trader(), change }))).toBe('ok')
  expect(account().orders[0]?.size).toBe(2n * SOL)
  expect(await byKey(cancelOrder({ trader: address(), subAccount, target: { kind: 'all' } }))).toBe('ok')
  expect(account().orders).toEqual([])
  trade(owner, 'buy', 2n * SOL)
  publish(1)
  const close = { fractionBps: 10_000, limitPrice: 149n * USD, clientId: 0n }
  expect(await byKey(closePosition({ ...trader(), order: close }))).toBe('ok')
  expect(account().orders).toMatchObject([{ reduceOnly: true, side: 'sell', byDelegate: true }])
})

it('moves no money out of the account, and gives itself no more rights', async () => {
  // With an account and tokens of its own it would have where to put it.
  const authority = address()
  expect(await byKey(createUserAccount({ authority }), createSubAccount({ authority, id: 0 }))).toBe('ok')
  const own = subAccountAddress(authority, 0)
  const userTokens = world.createTokens(usdcMint, authority, 1n)
  const marginAccounts = riskOf(subAccount)
  const pool = { authority, subAccount, ticketId: 1n, quoteMint: usdcMint, marketCount: 1 }
  const delegate = { key: authority, expiresAt: BigInt(svm.now + 365 * DAY_S), budget: 1_000_000n * USD }
  const attempts = {
    withdrawTokens: withdrawTokens({ authority, subAccount, mint: usdcMint, amount: USD, userTokens, marginAccounts }),
    withdrawNativeSol: withdrawNativeSol({ authority, subAccount, lamports: 1n, marginAccounts }),
    transferCollateral: transferCollateral({
      authority,
      from: subAccount,
      to: own,
      mint: usdcMint,
      amount: USD,
      marginAccounts,
    }),
    depositToPool: depositToPool({ ...pool, amount: USD }),
    requestPoolExit: requestPoolExit({ ...pool, shares: 1n }),
    refillInsurance: refillInsurance({ authority, subAccount, amount: USD, marginAccounts }),
    updateSubAccount: updateSubAccount({ authority, subAccount, delegate, isolatedMarket: null }),
  }
  const before = account()
  for (const [name, attempt] of Object.entries(attempts)) {
    expect([name, await byKey(attempt)]).toEqual([name, 'NotOwner'])
  }
  // Its own sub-account 0 is what it can close; the owner's has another address.
  expect(await byKey(closeSubAccount({ authority, id: 0 }))).toBe('ok')
  expect(account()).toEqual(before)
})

it('signs as trader for orders alone: nothing else of the program takes one', () => {
  const taken = Object.entries(INSTRUCTIONS).filter(([, { accounts }]) =>
    accounts.some((known) => known.name === 'trader' && 'signer' in known),
  )
  expect(taken.map(([name]) => name).sort()).toEqual([
    'cancelOrder',
    'closePosition',
    'modifyOrder',
    'openPosition',
    'placeOrder',
  ])
})

it('ends with its time, its budget, and the owner’s word', async () => {
  const order = () => byKey(placeOrders({ ...trader(), orders: [bid] }))
  allow(svm.now + 60, 100n * USD)
  publish(61)
  expect(await order()).toBe('NotTrader')
  allow(svm.now + DAY_S, 1n)
  const costly = { kind: 'market', side: 'buy', size: SOL, limitPrice: 151n * USD } as const
  expect(await byKey(placeOrders({ ...trader(), orders: [costly] }))).toBe('DelegateBudgetUsed')
  allow(svm.now + DAY_S, 100n * USD)
  expect(await order()).toBe('ok')
  send(owner, updateSubAccount({ authority: owner.publicKey, subAccount, delegate: null, isolatedMarket: null }))
  expect(await order()).toBe('NotTrader')
  expect(await byKey(cancelOrder({ trader: address(), subAccount, target: { kind: 'all' } }))).toBe('NotTrader')
})
