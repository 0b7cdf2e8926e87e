import { t } from '#app/i18n/t.ts'
import { formatPrice } from '#app/ui/format.ts'
import type { Outcome } from '#app/wallet/transact.ts'
import type { Price } from '#client/units.ts'
import type { MarketDto, OrderDto, PositionDto } from '#server/exchange/schema.ts'
import { priceText, toBase, toPrice } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { breakEvenPrice } from './position-figures.ts'
import { protectingOrders, protectionOf } from './position-protection.ts'
import { replaceOrders } from './replace-orders.ts'

/** Where the stop goes, or why it cannot go there. */
export type BreakEven = { stop: Price } | { problem: string }

/** The tick at which closing loses nothing, fees and funding counted; it must lie on the losing side of the price. */
export function breakEvenStop(position: PositionDto, orders: readonly OrderDto[], market: MarketView): BreakEven {
  const isLong = toBase(position.base) > 0n
  const { tickSize, price } = market
  const exact = breakEvenPrice(position, market)
  if (exact === 0n) return { problem: t('What it has realised has paid its whole cost: it cannot lose any more.') }
  const below = exact - (exact % tickSize)
  const stop = isLong && below !== exact ? below + tickSize : below
  const text = (at: Price): string => formatPrice(priceText(at), priceText(tickSize))
  if (isLong ? price.price <= stop : price.price >= stop) {
    const values = { price: text(price.price), stop: text(stop) }
    return {
      problem: isLong
        ? t('The price ({price}) is not above its break-even ({stop}): it would close at once.', values)
        : t('The price ({price}) is not below its break-even ({stop}): it would close at once.', values),
    }
  }
  const standing = protectionOf(position, orders).stopLoss?.triggerPrice
  if (standing !== null && standing !== undefined && toPrice(standing) === stop) {
    return { problem: t('Its stop is at break-even already ({stop}).', { stop: text(stop) }) }
  }
  return { stop }
}

/** Puts the stop-loss there; a take-profit stays where it is. */
export function moveStop(
  position: PositionDto,
  orders: readonly OrderDto[],
  market: MarketDto,
  stopLoss: Price,
): Promise<Outcome> {
  const standing = protectionOf(position, orders)
  const at = standing.takeProfit?.triggerPrice
  const takeProfit = at === null || at === undefined ? null : toPrice(at)
  const replaced = [standing.takeProfit, standing.stopLoss].filter((order) => order !== null)
  return replaceOrders(market, replaced, protectingOrders(toBase(position.base), { takeProfit, stopLoss }))
}
