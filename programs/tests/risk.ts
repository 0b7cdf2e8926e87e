/** Liquidations, debts and wind-downs as tests call them, and accounts brought to where they begin. */
import { NATIVE_MINT } from '@solana/spl-token'
import { type Keypair, SystemProgram } from '@solana/web3.js'
import {
  addresses,
  type Maker,
  type Receipt,
  type Side,
  succeeded,
  type Trader,
  type World,
  writable,
} from './harness.ts'
import { BASE, MARKET_STATUS, MARKETS, marketParams, USD } from './params.ts'
import type { Accounts, Fields } from './program.ts'

export type CoveredLoss = { loss: bigint; insurance: bigint; pool: bigint; socialised: bigint; deficit: bigint }
export type Party = {
  baseChange: bigint
  quoteChange: bigint
  realisedPnl: bigint
  fundingPayment: bigint
  interest: bigint
  positionBase: bigint
  positionQuoteEntry: bigint
  quoteBalance: bigint
  canceled: { orderId: bigint }[]
}
export type Liquidated = {
  party: Party
  liquidationFee: bigint
  insuranceFee: bigint
  liquidatorReward: bigint
  takenSize: bigint
  poolSize: bigint
  makers: { size: bigint; quote: bigint; party: { orderStatus: Fields; cancelReason: Fields | null } }[]
  taken: Party | null
  covered: CoveredLoss
}

/** The data of the one event of this name. */
export function eventOf<T>(receipt: Receipt, name: string): T {
  const found = succeeded(receipt).events.find((event) => event.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found.data as unknown as T
}

export const liquidatedOf = (receipt: Receipt): Liquidated => eventOf(receipt, 'positionLiquidated')

/** A trader with 1 000 USDC and a hundred times 1 SOL, long or short. */
export function leveraged(world: World, side: Side, size = 100n * BASE): Trader {
  const trader = world.trader(1_000n * USD)
  world.enter(trader, 0, side, size)
  return trader
}

/** Another sub-account of the same owner. */
export function secondSubAccount(world: World, owner: Trader, usdc: bigint): Trader {
  const authority = owner.keypair.publicKey
  const second = {
    ...owner,
    subAccount: addresses.subAccount(authority, 1),
    usdc: world.createTokens(world.usdcMint, authority, usdc),
  }
  const { userAccount, subAccount } = second
  const signers = [owner.keypair]
  world.done(
    'createSubAccount',
    { id: 1 },
    { authority, userAccount, subAccount, systemProgram: SystemProgram.programId },
    { signers },
  )
  world.done('depositTokens', { amount: usdc }, world.depositAccounts(second), { signers })
  return second
}

/** Equity and its share of the notional, at the oracle, of an account with one position and USDC only. */
export function marginOf(world: World, trader: Trader, market = 0): { equity: bigint; ratioBps: bigint } {
  const position = world.position(trader, market)
  const { price } = world.market(market).price
  const value = (position.base * price) / BASE
  const notional = value < 0n ? -value : value
  const equity = world.quoteBalance(trader) + position.quoteEntry + value
  return { equity, ratioBps: (equity * 10_000n) / notional }
}

/** A liquidation in which `liquidator` takes up to `size` itself. */
export function takeOver(
  world: World,
  trader: Trader,
  market: number,
  liquidator: Trader,
  size: bigint,
  options: { signer?: Keypair; makers?: readonly Maker[] } = {},
): Receipt {
  const signer = options.signer ?? liquidator.keypair
  const makers = options.makers ?? []
  const accounts = { ...world.liquidateAccounts(trader, market, liquidator), liquidator: signer.publicKey }
  return world.call(
    'liquidatePosition',
    { takeSize: size, makerOrderIds: makers.map((maker) => maker.orderId) },
    accounts,
    {
      signers: [signer],
      remaining: [
        ...makers.map((maker) => writable(maker.trader.subAccount)),
        ...world.marginAccounts(trader, liquidator, ...makers.map((maker) => maker.trader)),
      ],
    },
  )
}

export function deleverageAccounts(trader: Trader, market: number, counterparty: Trader): Accounts {
  return {
    market: addresses.market(market),
    subAccount: trader.subAccount,
    counterparty: counterparty.subAccount,
    insurance: addresses.insurance,
  }
}

export function deleverage(world: World, trader: Trader, market: number, counterparty: Trader): Receipt {
  const remaining = world.marginAccounts(trader, counterparty)
  return world.call('deleverage', {}, deleverageAccounts(trader, market, counterparty), { remaining })
}

export function liquidateCollateralAccounts(world: World, trader: Trader, liquidator: Trader): Accounts {
  return {
    liquidator: liquidator.keypair.publicKey,
    subAccount: trader.subAccount,
    liquidatorSubAccount: liquidator.subAccount,
    tokenVault: addresses.tokenVault(NATIVE_MINT),
    quoteVault: addresses.tokenVault(world.usdcMint),
  }
}

/** Buys up to `tokens` lamports of a debtor's SOL. */
export function buyCollateral(
  world: World,
  trader: Trader,
  liquidator: Trader,
  tokens: bigint,
  change: Accounts = {},
  signer: Keypair = liquidator.keypair,
): Receipt {
  const accounts = {
    ...liquidateCollateralAccounts(world, trader, liquidator),
    liquidator: signer.publicKey,
    ...change,
  }
  return world.call('liquidateCollateral', { maxTokens: tokens }, accounts, {
    signers: [signer],
    remaining: world.marginAccounts(trader, liquidator),
  })
}

export function resolveBankruptcy(world: World, trader: Trader, market: number): Receipt {
  const accounts = {
    market: addresses.market(market),
    subAccount: trader.subAccount,
    insurance: addresses.insurance,
  }
  return world.call('resolveBankruptcy', {}, accounts, { remaining: world.vaultsOf(trader) })
}

/** `market`: whose deficit is repaid first. */
export function refillInsurance(
  world: World,
  trader: Trader,
  amount: bigint,
  { signer = trader.keypair, market }: { signer?: Keypair; market?: number } = {},
): Receipt {
  const accounts = {
    authority: signer.publicKey,
    subAccount: trader.subAccount,
    insurance: addresses.insurance,
    market: market === undefined ? null : addresses.market(market),
  }
  const remaining = world.marginAccounts(trader)
  return world.call('refillInsurance', { amount }, accounts, { signers: [signer], remaining })
}

export function forceCancel(world: World, trader: Trader): Receipt {
  return world.call(
    'forceCancelOrders',
    {},
    { subAccount: trader.subAccount },
    { remaining: world.marginAccounts(trader) },
  )
}

export function settleMarket(world: World, market: number): Receipt {
  return world.call('settleMarket', {}, { market: addresses.market(market), insurance: addresses.insurance })
}

export function settlePosition(world: World, trader: Trader, market: number): Receipt {
  const accounts = { market: addresses.market(market), subAccount: trader.subAccount, insurance: addresses.insurance }
  return world.call('settlePosition', {}, accounts, { remaining: world.vaultsOf(trader) })
}

/** An announced change of a market's parameters or status. */
export function changeMarket(world: World, index: number, params: Fields, status: number = MARKET_STATUS.active): void {
  const name = MARKETS[index]
  if (!name) throw new Error(`no market ${index}`)
  world.change({ market: [{ index, status, params: marketParams(name, params) }] })
}

const QUOTE_BALANCE_AT = 104
const POOL_IDLE_AT = 40
const POSITIONS_AT = 232
const POSITION_SIZE = 96
const INTEREST_AT = 3_096

/**
 * Brings an account to a balance and entry that trades could have led to, for the exact numbers of the vectors; the
 * difference is the pool's idle quote, so that the ledger still holds. Interest runs from now.
 */
export function setBalances(
  world: World,
  trader: Trader,
  to: { quote?: bigint; entry?: bigint; debtLoss?: bigint },
): void {
  const change = writeSigned(world, trader.subAccount, QUOTE_BALANCE_AT, to.quote)
  const entryChange = writeSigned(world, trader.subAccount, POSITIONS_AT + 8, to.entry)
  writeSigned(world, trader.subAccount, POSITIONS_AT + POSITION_SIZE - 8, to.debtLoss)
  writeSigned(world, trader.subAccount, INTEREST_AT, BigInt(world.svm.now))
  writeSigned(world, addresses.pool, POOL_IDLE_AT, world.pool().idle - change - entryChange)
}

/** Writes one signed number of an account; returns by how much it rose. */
function writeSigned(world: World, key: Trader['subAccount'], at: number, value: bigint | undefined): bigint {
  const account = world.svm.account(key)
  if (!account) throw new Error(`no account ${key.toBase58()}`)
  if (value === undefined) return 0n
  const before = account.data.readBigInt64LE(at)
  account.data.writeBigInt64LE(value, at)
  world.svm.setAccount(key, account.owner, account.data)
  return value - before
}
