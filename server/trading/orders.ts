import type { Connection, TransactionInstruction } from '@solana/web3.js'
import type { Market } from '#client/accounts.ts'
import * as exchange from '#client/instructions/index.ts'
import { marginAccounts } from '#client/margin-accounts.ts'
import { keeperReward, takerFee } from '#client/math/index.ts'
import {
  BASE_DECIMALS,
  type Base,
  formatUnits,
  PRICE_DECIMALS,
  type Price,
  parseUnits,
  QUOTE_DECIMALS,
} from '#client/units.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Db } from '#server/platform/db/index.ts'
import { AppError } from '#server/platform/errors.ts'
import { readMarket, readTradingAccount, type TradingAccount } from './account-state.ts'
import { type Exposure, exposureOf } from './exposure.ts'
import { defaultLimit, newOrders, refuse, stepProblems } from './new-order.ts'
import type { CancelAllInput, CancelInput, CloseInput, ModifyInput, PlaceInput, PreparedDto } from './schema.ts'

export type Desk = { connection: Connection; db: Db; clock: Clock; authority: string }

/** What an intent comes to on the chain as it stands: `prepareTransaction` makes it one to sign. */
export type Draft = {
  account: TradingAccount
  instructions: readonly TransactionInstruction[]
  priorityFee: number
  estimate: PreparedDto['estimate']
  /** Null for what only takes risk away. */
  exposure: Exposure | null
}

export async function draftPlace(desk: Desk, input: PlaceInput): Promise<Draft> {
  const [account, market] = await Promise.all([
    accountOf(desk, input),
    readMarket(desk.connection, desk.db, input.market),
  ])
  const orders = newOrders(input, market)
  // The owner's orders that only close need none; a delegate's are held to its budget, which is judged at all prices.
  const needsNone = isOwner(account) && orders.every(({ reduceOnly }) => reduceOnly === true)
  const place = exchange.placeOrders({
    ...actingIn(account),
    marketIndex: market.index,
    marginAccounts: needsNone ? [] : marginAccounts(account.state, account.vaults, { marketIndex: market.index }),
    orders,
  })
  // What closes comes after the order that opens.
  const [order] = orders
  const limitPrice = order?.limitPrice ?? 0n
  return {
    account,
    instructions: [place],
    priorityFee: input.priorityFee,
    estimate: await estimateOf(desk, market, parseUnits(input.size, BASE_DECIMALS), orNull(limitPrice)),
    exposure: order === undefined || input.reduceOnly ? null : exposureOf(market.symbol, order, market.price.price),
  }
}

const orNull = (price: Price): Price | null => (price === 0n ? null : price)

export async function draftModify(desk: Desk, input: ModifyInput): Promise<Draft> {
  const account = await accountOf(desk, input)
  const order = account.state.orders.find(({ orderId }) => orderId === BigInt(input.orderId))
  if (order === undefined) {
    throw new AppError('NOT_FOUND', { message: `sub-account ${input.subAccountId} has no open order ${input.orderId}` })
  }
  const market = await readMarketAt(desk, order.marketIndex)
  const problems = stepProblems({ ...input, reduceOnly: order.reduceOnly }, market)
  if (problems.length > 0) refuse(problems)
  const size = input.size === undefined ? order.size : parseUnits(input.size, BASE_DECIMALS)
  const limitPrice = input.price === undefined ? order.limitPrice : parseUnits(input.price, PRICE_DECIMALS)
  const triggerPrice =
    input.triggerPrice === undefined ? order.triggerPrice : parseUnits(input.triggerPrice, PRICE_DECIMALS)
  const change = exchange.modifyOrder({
    ...actingIn(account),
    marketIndex: order.marketIndex,
    marginAccounts: marginAccounts(account.state, account.vaults, { marketIndex: order.marketIndex }),
    change: {
      orderId: order.orderId,
      size,
      limitPrice,
      triggerPrice,
      trailingDistance: order.trailingDistance,
      pegOffset: order.pegged ? order.pegOffset : null,
      expiresAt: order.expiresAt,
    },
  })
  // One that was set off keeps its trigger, which says nothing any more.
  const waits = order.stage === 'awaitingTrigger'
  const open = { ...order, size: order.size - order.filled, triggerPrice: waits ? order.triggerPrice : 0n }
  const changed = { ...open, size: size - order.filled, limitPrice, triggerPrice: waits ? triggerPrice : 0n }
  return {
    account,
    instructions: [change],
    priorityFee: input.priorityFee,
    estimate: await estimateOf(desk, market, changed.size, orNull(limitPrice)),
    exposure: order.reduceOnly ? null : exposureOf(market.symbol, changed, market.price.price, open),
  }
}

export async function draftCancel(desk: Desk, input: CancelInput): Promise<Draft> {
  const { orderId, clientId } = input
  if ((orderId === undefined) === (clientId === undefined)) {
    refuse([{ field: 'orderId', message: 'name the order by orderId or by clientId' }])
  }
  const target =
    orderId === undefined
      ? ({ kind: 'clientId', value: BigInt(clientId ?? 0) } as const)
      : ({ kind: 'orderId', value: BigInt(orderId) } as const)
  return draftCancelOf(desk, input, target)
}

/** Every order that may be canceled now: those in flight for their price fill or lapse by themselves. */
export async function draftCancelAll(desk: Desk, input: CancelAllInput): Promise<Draft> {
  if (input.market === undefined) return draftCancelOf(desk, input, { kind: 'all' })
  const { index } = await readMarket(desk.connection, desk.db, input.market)
  return draftCancelOf(desk, input, { kind: 'market', value: index })
}

type CancelTarget = Parameters<typeof exchange.cancelOrder>[0]['target']

async function draftCancelOf(desk: Desk, input: CancelAllInput, target: CancelTarget): Promise<Draft> {
  const account = await accountOf(desk, input)
  const instructions = [exchange.cancelOrder({ ...actingIn(account), target })]
  return { account, instructions, priorityFee: input.priorityFee, estimate: null, exposure: null }
}

export async function draftClose(desk: Desk, input: CloseInput): Promise<Draft> {
  const [account, market] = await Promise.all([
    accountOf(desk, input),
    readMarket(desk.connection, desk.db, input.market),
  ])
  const problems = stepProblems({ price: input.price, reduceOnly: true }, market)
  if (problems.length > 0) refuse(problems)
  const held = account.state.positions.find(({ marketIndex }) => marketIndex === market.index)?.base ?? 0n
  if (held === 0n) {
    throw new AppError('NOT_FOUND', { message: `sub-account ${input.subAccountId} has no position in ${input.market}` })
  }
  const side = held > 0n ? 'sell' : 'buy'
  const limitPrice = input.price === undefined ? defaultLimit(side, market) : parseUnits(input.price, PRICE_DECIMALS)
  const close = exchange.closePosition({
    ...actingIn(account),
    marketIndex: market.index,
    marginAccounts: isOwner(account)
      ? []
      : marginAccounts(account.state, account.vaults, { marketIndex: market.index }),
    order: { fractionBps: input.fraction, limitPrice, clientId: BigInt(input.clientId ?? 0) },
  })
  const size = ((held > 0n ? held : -held) * BigInt(input.fraction)) / WHOLE
  return {
    account,
    instructions: [close],
    priorityFee: input.priorityFee,
    estimate: await estimateOf(desk, market, size, limitPrice),
    exposure: null,
  }
}

const WHOLE = 10_000n
const ONE_BASE = 10n ** BigInt(BASE_DECIMALS)

/** What a fill of `size` costs at most: at the worst price, as a taker without a tier or a referrer. */
async function estimateOf(
  { db }: Desk,
  market: Market,
  size: Base,
  worst: Price | null,
): Promise<PreparedDto['estimate']> {
  const rewards = await db.selectFrom('exchange').select(['keeper_reward_flat', 'keeper_reward_ppm']).executeTakeFirst()
  const notional = (size * (worst ?? market.price.price) + ONE_BASE - 1n) / ONE_BASE
  return {
    worstPrice: worst === null ? null : formatUnits(worst, PRICE_DECIMALS),
    notional: formatUnits(notional, QUOTE_DECIMALS),
    tradingFee: formatUnits(takerFee(notional, market.params.takerFeePpm), QUOTE_DECIMALS),
    keeperReward: formatUnits(
      keeperReward(notional, rewards?.keeper_reward_flat ?? 0n, rewards?.keeper_reward_ppm ?? 0),
      QUOTE_DECIMALS,
    ),
  }
}

const isOwner = ({ trader, authority }: TradingAccount): boolean => trader.toBase58() === authority
const actingIn = ({ trader, address }: TradingAccount) => ({ trader, subAccount: address })

function accountOf({ connection, clock, authority }: Desk, { subAccountId, signer }: CancelAllInput) {
  return readTradingAccount(connection, { authority, subAccountId, signer }, clock.now())
}

async function readMarketAt({ connection, db }: Desk, index: number): Promise<Market> {
  const row = await db.selectFrom('markets').select('market').where('index', '=', index).executeTakeFirst()
  if (row === undefined) throw new AppError('NOT_FOUND', { message: `there is no market ${index}` })
  return readMarket(connection, db, row.market)
}
