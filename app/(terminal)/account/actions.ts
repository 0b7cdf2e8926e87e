import type { TransactionInstruction } from '@solana/web3.js'
import { serverNow } from '#app/data/connection.ts'
import { priceStore } from '#app/data/market.tsx'
import { ownAccount } from '#app/data/own-account.ts'
import { t } from '#app/i18n/t.ts'
import { formatSize } from '#app/ui/format.ts'
import { type Acting, type Exchange, loadExchange } from '#app/wallet/exchange.ts'
import { useWallet } from '#app/wallet/store.ts'
import { type Outcome, transact } from '#app/wallet/transact.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import { slippageLimit } from '#client/math/index.ts'
import type { MarketDto, OrderDto, PositionDto } from '#server/exchange/schema.ts'
import { abs, baseText, toBase, toPrice } from './decimal.ts'
import { setChanging } from './pending.ts'
import { sendOrders } from './send-order.ts'

const ALL_BPS = 10_000
const STALE_MS = 60_000

/** Sizes and limits of a close, as the program will take it. */
export type ClosePlan = { base: bigint; side: 'buy' | 'sell'; limitPrice: bigint }

/** @returns null while no price is known, or the one known is too old to set a limit from. */
export function planClose(
  position: PositionDto,
  market: MarketDto,
  fractionBps: number,
  slippageBps: number,
): ClosePlan | null {
  const price = priceStore(market.market).get()
  if (price === undefined || serverNow() - price.publishedAt > STALE_MS) return null
  const held = toBase(position.base)
  const step = toBase(market.params.stepSize)
  const side = held > 0n ? 'sell' : 'buy'
  // The program rounds a part up to the step.
  const part = (abs(held) * BigInt(fractionBps) + BigInt(ALL_BPS) - 1n) / BigInt(ALL_BPS)
  const base = ((part + step - 1n) / step) * step
  return {
    base: base > abs(held) ? abs(held) : base,
    side,
    limitPrice: slippageLimit(side, toPrice(price.price), slippageBps, toPrice(market.params.tickSize)),
  }
}

/** Closes a share of the position at market, reduce-only. `onEnded`: its order is filled or gone. */
export function closePosition(
  position: PositionDto,
  market: MarketDto,
  fractionBps: number,
  plan: ClosePlan,
  onEnded?: () => void,
): Promise<Outcome> {
  const size = formatSize(baseText(plan.base), market.params.stepSize)
  return sendOrders(
    {
      ...requestOf(market, { ...plan, reduceOnly: true }),
      title: t('Close {size} {symbol} {side}', {
        size,
        symbol: market.baseSymbol,
        side: t(position.base.startsWith('-') ? 'short' : 'long'),
      }),
      closes: position,
      onEnded,
    },
    (exchange, account, [order]) =>
      exchange.closePosition(account, {
        marketIndex: market.index,
        fractionBps,
        limitPrice: plan.limitPrice,
        clientId: order?.clientId ?? 0n,
      }),
  )
}

/** One market order of twice the size the other way: closes the position and opens its mirror. */
export function reversePosition(
  position: PositionDto,
  market: MarketDto,
  plan: ClosePlan,
  onEnded?: () => void,
): Promise<Outcome> {
  const twice = { ...plan, base: plan.base * 2n }
  const side = t(plan.side === 'buy' ? 'long' : 'short')
  const size = formatSize(baseText(plan.base), market.params.stepSize)
  return sendOrders(
    {
      ...requestOf(market, { ...twice, reduceOnly: false }),
      title: t('Reverse to {size} {symbol} {side}', { size, symbol: market.baseSymbol, side }),
      closes: position,
      onEnded,
    },
    (exchange, account, orders) => exchange.placeOrders(account, market.index, orders),
  )
}

function requestOf(market: MarketDto, { base, ...plan }: ClosePlan & Pick<NewOrder, 'reduceOnly'>) {
  const { stepSize, tickSize } = market.params
  return {
    market: market.market,
    baseSymbol: market.baseSymbol,
    stepSize,
    tickSize,
    orders: [{ ...plan, kind: 'market' as const, size: base }],
    takesAtOnce: true,
  }
}

/** Cancels these orders in one transaction. */
export function cancelOrders(title: string, orders: readonly Pick<OrderDto, 'orderId'>[]): Promise<Outcome> {
  return change(title, orders, (exchange, account) =>
    exchange.cancelOrders(
      account,
      orders.map(({ orderId }) => BigInt(orderId)),
    ),
  )
}

/** Cancels all orders of a market, or of all markets: also those this page does not know of yet. `known`: those it does. */
export function cancelAllOrders(
  title: string,
  market: Pick<MarketDto, 'index'> | null,
  known: readonly Pick<OrderDto, 'orderId'>[],
): Promise<Outcome> {
  return change(title, known, (exchange, account) => exchange.cancelAll(account, market?.index ?? null))
}

/** Changes orders that stand, and marks them until that is confirmed or refused. */
export async function change(
  title: string,
  orders: readonly Pick<OrderDto, 'orderId'>[],
  build: (exchange: Exchange, account: Acting) => Promise<TransactionInstruction[]>,
): Promise<Outcome> {
  const account = ownAccount(useWallet.getState().address ?? '')
  const ids = orders.map(({ orderId }) => orderId)
  setChanging(ids, true)
  try {
    return await transact({
      title,
      tradesFor: account,
      build: async (trader) => build(await loadExchange(), { ...account, trader }),
    })
  } finally {
    setChanging(ids, false)
  }
}
