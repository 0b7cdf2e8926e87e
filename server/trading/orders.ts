import type { Connection } from '@solana/web3.js'
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
import { defaultLimit, newOrders, refuse, stepProblems } from './new-order.ts'
import { prepareTransaction } from './prepare.ts'
import type { CancelAllInput, CancelInput, CloseInput, ModifyInput, PlaceInput, PreparedDto } from './schema.ts'

export type Desk = { connection: Connection; db: Db; clock: Clock; authority: string }

export async function preparePlace(desk: Desk, input: PlaceInput): Promise<PreparedDto> {
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
  return prepareTransaction(desk.connection, {
    account,
    instructions: [place],
    priorityFee: input.priorityFee,
    estimate: await estimateOf(desk, market, parseUnits(input.size, BASE_DECIMALS), worstOf(orders)),
  })
}

/** Of the order itself, which comes first. */
const worstOf = ([order]: readonly exchange.NewOrder[]): Price | null =>
  order?.limitPrice === undefined || order.limitPrice === 0n ? null : order.limitPrice

export async function prepareModify(desk: Desk, input: ModifyInput): Promise<PreparedDto> {
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
  const change = exchange.modifyOrder({
    ...actingIn(account),
    marketIndex: order.marketIndex,
    marginAccounts: marginAccounts(account.state, account.vaults, { marketIndex: order.marketIndex }),
    change: {
      orderId: order.orderId,
      size,
      limitPrice,
      triggerPrice:
        input.triggerPrice === undefined ? order.triggerPrice : parseUnits(input.triggerPrice, PRICE_DECIMALS),
      trailingDistance: order.trailingDistance,
      pegOffset: order.pegged ? order.pegOffset : null,
      expiresAt: order.expiresAt,
    },
  })
  return prepareTransaction(desk.connection, {
    account,
    instructions: [change],
    priorityFee: input.priorityFee,
    estimate: await estimateOf(desk, market, size - order.filled, limitPrice === 0n ? null : limitPrice),
  })
}

export async function prepareCancel(desk: Desk, input: CancelInput): Promise<PreparedDto> {
  const { orderId, clientId } = input
  if ((orderId === undefined) === (clientId === undefined)) {
    refuse([{ field: 'orderId', message: 'name the order by orderId or by clientId' }])
  }
  const target =
    orderId === undefined
      ? ({ kind: 'clientId', value: BigInt(clientId ?? 0) } as const)
      : ({ kind: 'orderId', value: BigInt(orderId) } as const)
  return prepareCancelOf(desk, input, target)
}

/** Every order that may be canceled now: those in flight for their price fill or lapse by themselves. */
export async function prepareCancelAll(desk: Desk, input: CancelAllInput): Promise<PreparedDto> {
  if (input.market === undefined) return prepareCancelOf(desk, input, { kind: 'all' })
  const { index } = await readMarket(desk.connection, desk.db, input.market)
  return prepareCancelOf(desk, input, { kind: 'market', value: index })
}

type CancelTarget = Parameters<typeof exchange.cancelOrder>[0]['target']

async function prepareCancelOf(desk: Desk, input: CancelAllInput, target: CancelTarget): Promise<PreparedDto> {
  const account = await accountOf(desk, input)
  const instructions = [exchange.cancelOrder({ ...actingIn(account), target })]
  return prepareTransaction(desk.connection, { account, instructions, priorityFee: input.priorityFee, estimate: null })
}

export async function prepareClose(desk: Desk, input: CloseInput): Promise<PreparedDto> {
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
  return prepareTransaction(desk.connection, {
    account,
    instructions: [close],
    priorityFee: input.priorityFee,
    estimate: await estimateOf(desk, market, size, limitPrice),
  })
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
