/** An exchange in the real SVM, built and driven through the SDK alone. For tests. */
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js'
import { World } from '../tests/harness.ts'
import {
  allocatePool,
  type ChangePayload,
  changeHash,
  createSubAccount,
  createUserAccount,
  decodeEventInstruction,
  decodeSubAccount,
  depositTokens,
  depositToPool,
  type EventName,
  type EventOf,
  encodePriceUpdate,
  executeChange,
  executeOrder,
  explainProgramError,
  FEEDS,
  initializeExchange,
  initializeMarket,
  initializeTokenVault,
  marginAccounts,
  mintPoolShares,
  NATIVE_MINT,
  type OrderRecord,
  openPosition,
  type PerpsEvent,
  PYTH_RECEIVERS,
  proposeChange,
  publicKey,
  subAccountAddress,
  tokenVaultAddress,
  updateOraclePrice,
} from './index.ts'

export const USD = 1_000_000n
export const SOL = 1_000_000_000n
export const price = 150n * USD

export const world = World.deployed()
export const { svm, admin, usdcMint } = world
export const [owner, lp, keeper] = [Keypair.generate(), Keypair.generate(), Keypair.generate()]
export const vaults = new Map([[1, tokenVaultAddress(NATIVE_MINT)]])

export function send(signer: Keypair, ...instructions: TransactionInstruction[]): PerpsEvent[] {
  const isNeeded = instructions.some(({ keys }) =>
    keys.some((key) => key.isSigner && key.pubkey.equals(signer.publicKey)),
  )
  const outcome = svm.send(instructions, isNeeded ? [signer] : [])
  if (!outcome.ok) {
    throw new Error(
      `${outcome.errorCode === null ? '' : explainProgramError(outcome.errorCode).message}\n${outcome.logs.join('\n')}`,
    )
  }
  return outcome.inner.map((data) => decodeEventInstruction(data)).filter((event) => event !== null)
}

export function eventIn<Name extends EventName>(events: readonly PerpsEvent[], name: Name): EventOf<Name> {
  const found = events.find((event) => event.name === name)
  if (found === undefined) throw new Error(`no ${name} among ${events.map((event) => event.name).join(', ')}`)
  return found.data as EventOf<Name>
}

/** The one order placed. */
export function placedIn(events: readonly PerpsEvent[]): OrderRecord {
  const [order] = eventIn(events, 'OrderPlaced').orders
  if (order === undefined) throw new Error('no order was placed')
  return order
}

export const refusal = (signer: Keypair, instruction: TransactionInstruction) =>
  explainProgramError(svm.send(instruction, [signer]).errorCode ?? 0).code

export function data(address: PublicKey): Buffer {
  const account = svm.account(address)
  if (account === null) throw new Error(`no account ${address.toBase58()}`)
  return account.data
}

export const riskOf = (address: PublicKey, marketIndex?: number) =>
  marginAccounts(decodeSubAccount(data(address)), vaults, marketIndex === undefined ? {} : { marketIndex })

/** Lets time pass and brings the price of SOL to market and vault. */
export function publish(seconds: number, value: bigint = price): PublicKey {
  const before = svm.now
  svm.setTime(before + seconds)
  const account = publicKey(FEEDS['SOL/USD'].account)
  const update = {
    writeAuthority: FEEDS['SOL/USD'].account,
    feedId: FEEDS['SOL/USD'].id,
    price: value * 100n,
    confidence: 1_500_000n,
    exponent: -8,
    publishTime: BigInt(svm.now),
    prevPublishTime: BigInt(before),
    emaPrice: value * 100n,
    emaConfidence: 1_500_000n,
    postedSlot: 1n,
  }
  svm.setAccount(account, publicKey(PYTH_RECEIVERS[0]), encodePriceUpdate(update))
  send(admin, updateOraclePrice({ priceUpdate: account, marketIndex: 0, tokenVault: tokenVaultAddress(NATIVE_MINT) }))
  return account
}

export function join(wallet: Keypair, usdc: bigint): void {
  svm.airdrop(wallet.publicKey, 100n * SOL)
  const authority = wallet.publicKey
  send(wallet, createUserAccount({ authority }), createSubAccount({ authority, id: 0 }))
  if (usdc === 0n) return
  const userTokens = world.createTokens(usdcMint, authority, usdc)
  const subAccount = subAccountAddress(authority, 0)
  send(wallet, depositTokens({ authority, subAccount, mint: usdcMint, amount: usdc, userTokens }))
}

export const params = {
  feedId: FEEDS['SOL/USD'].id,
  stepSize: 10_000_000n,
  tickSize: 10_000n,
  minNotional: 10n * USD,
  depthK: 100_000n * SOL,
  openInterestCap: 99_000n * SOL,
  marginScaleFrom: 0n,
  marginScaleTo: 0n,
  insuranceCap: 100_000n * USD,
  poolLossCap: 200_000n * USD,
  spreadPpm: 200,
  confMultiplierBps: 10_000,
  takerFeePpm: 500,
  makerRebatePpm: 100,
  fundingClampDivisor: 33,
  fillDelayS: 1,
  initialMarginBps: 500,
  maintenanceMarginBps: 300,
  liquidationFeeBps: 100,
  insuranceFeeBps: 100,
  liquidationBufferBps: 200,
  maxConfBps: 50,
  defaultSlippageBps: 50,
  unitExponent: 0,
}

/** The exchange, both vaults, one market with a price, and three wallets; only `lp` has USDC. */
export async function openExchange(): Promise<void> {
  const authority = admin.publicKey
  const everything = {
    admin: authority.toBase58(),
    riskAuthority: authority.toBase58(),
    pauseAuthority: authority.toBase58(),
    treasury: authority.toBase58(),
    keeperRewardFlat: 10_000n,
    keeperRewardPpm: 10,
    timelockS: 0,
    poolFeeShareBps: 6_000,
    treasuryFeeShareBps: 3_000,
    refereeDiscountBps: 1_000,
    referrerShareBps: 2_000,
    poolExitCooldownS: 60,
  }
  const quote = {
    feedId: '00'.repeat(32),
    depositCap: 2n ** 64n - 1n,
    initialWeightBps: 10_000,
    maintenanceWeightBps: 10_000,
  }
  const native = {
    ...quote,
    feedId: FEEDS['SOL/USD'].id,
    depositCap: 10n ** 16n,
    initialWeightBps: 8_000,
    maintenanceWeightBps: 9_000,
  }
  send(admin, initializeExchange({ upgradeAuthority: authority, quoteMint: usdcMint, params: everything }))
  send(admin, initializeTokenVault({ admin: authority, mint: usdcMint, index: 0, params: quote }))
  const closed = { ...native, depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
  send(admin, initializeTokenVault({ admin: authority, mint: NATIVE_MINT, index: 1, params: closed }))
  await change(0n, { kind: 'tokenVault', value: { index: 1, params: native } }, NATIVE_MINT)
  send(admin, initializeMarket({ admin: authority, index: 0, symbol: 'SOL-PERP', params }))
  await change(1n, { kind: 'market', value: { index: 0, status: 0, params } })
  publish(1)
  join(lp, 2_000_000n * USD)
  join(owner, 0n)
  join(keeper, 0n)
}

/** Announced and, without a timelock, executed at once. */
async function change(changeId: bigint, payload: ChangePayload, mint?: PublicKey): Promise<void> {
  const authority = admin.publicKey
  send(admin, proposeChange({ admin: authority, changeId, payloadHash: await changeHash(payload) }))
  send(admin, executeChange({ admin: authority, changeId, payload, ...(mint === undefined ? {} : { mint }) }))
}

/** $1 500 000 of `lp` in the pool, $1 000 000 of it allocated to the market. */
export function fundPool(): void {
  const [authority, subAccount] = [lp.publicKey, subAccountAddress(lp.publicKey, 0)]
  const request = { authority, subAccount, ticketId: 1n, quoteMint: usdcMint, marketCount: 1 }
  send(lp, depositToPool({ ...request, amount: 1_500_000n * USD }))
  publish(3)
  const ticket = { owner: authority, subAccount, ticketId: 1n, quoteMint: usdcMint, marketCount: 1 }
  send(keeper, mintPoolShares({ ...ticket, keeper: keeper.publicKey }))
  send(admin, allocatePool({ authority: admin.publicKey, marketIndex: 0, amount: 1_000_000n * USD }))
}

/** A market order of `wallet`, executed at the next price; the event says how it ended. */
export function trade(wallet: Keypair, side: 'buy' | 'sell', size: bigint): PerpsEvent {
  const subAccount = subAccountAddress(wallet.publicKey, 0)
  const order = { side, size, limitPrice: (price * (side === 'buy' ? 1_009n : 991n)) / 1_000n, clientId: 0n }
  const place = { trader: wallet.publicKey, subAccount, marketIndex: 0, order, marginAccounts: riskOf(subAccount, 0) }
  const { orderId } = placedIn(send(wallet, openPosition(place)))
  const execute = {
    keeper: keeper.publicKey,
    marketIndex: 0,
    subAccount,
    authority: wallet.publicKey,
    orderId,
    marginAccounts: riskOf(subAccount, 0),
  }
  const keeperSubAccount = subAccountAddress(keeper.publicKey, 0)
  const [event] = send(keeper, executeOrder({ ...execute, keeperSubAccount, priceUpdate: publish(1) }))
  if (event === undefined) throw new Error('the order was executed without an event')
  return event
}
