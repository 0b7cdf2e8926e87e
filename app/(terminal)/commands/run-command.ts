import { toast } from 'sonner'
import { marketStore, priceStore } from '#app/data/market.tsx'
import { changeSettings, currentSettings } from '#app/data/settings.ts'
import { t } from '#app/i18n/t.ts'
import type { MarketId, Side } from '#server/exchange/schema.ts'
import { cancelAllOrders } from '../account/actions.ts'
import { breakEvenStop, moveStop } from '../account/break-even.ts'
import { requestPosition } from '../account/close-request.ts'
import { flatten, openOf } from '../account/flatten.ts'
import { accountNow, heldIn, tell } from '../account/held.ts'
import { marketView } from '../account/market-view.ts'
import { setNoticesOpen } from '../alerts/store.ts'
import { deskOf } from '../ticket/desk.ts'
import { requestOrder } from '../ticket/order-request.ts'
import type { CommandId } from './commands.ts'
import { ask } from './question.ts'

/** Where a command is given. */
export type Place = {
  /** The market that is open, or was last. */
  market: MarketId
  markets: readonly MarketId[]
  go: (path: string) => void
}

const ALL_BPS = 10_000

export const RUN: Readonly<Record<CommandId, (place: Place) => void>> = {
  buy: ({ market }) => trade(market, 'buy'),
  sell: ({ market }) => trade(market, 'sell'),
  size1: ({ market }) => takeSize(market, 0),
  size2: ({ market }) => takeSize(market, 1),
  size3: ({ market }) => takeSize(market, 2),
  size4: ({ market }) => takeSize(market, 3),
  typeSize: ({ market }) => deskOf(market)?.focusSize(),
  close25: ({ market }) => close(market, 'close', ALL_BPS / 4),
  close50: ({ market }) => close(market, 'close', ALL_BPS / 2),
  close100: ({ market }) => close(market, 'close', ALL_BPS),
  reverse: ({ market }) => close(market, 'reverse', ALL_BPS),
  breakEven: ({ market }) => stopToBreakEven(market),
  cancelMarket: ({ market }) => cancel(market),
  cancelAll: () => cancel(null),
  flatten: askToFlatten,
  nextMarket: (place) => step(place, 1),
  previousMarket: (place) => step(place, -1),
  notices: () => setNoticesOpen(true),
  mute,
}

/** The ticket's size at market; what stands in the way is said by the ticket's own judgement. */
function trade(market: MarketId, side: Side) {
  const ticket = deskOf(market)
  if (ticket === undefined) return tell(t('The ticket is not open'), t('Keys trade the size that stands in it.'))
  const { fields } = ticket
  if (fields.size === '') {
    return tell(t('No size yet'), t('Press 1 to 4 for one of yours, or type it into the ticket.'))
  }
  const order = { ...fields, side, kind: 'market', timeInForce: 'gtc', postOnly: false } as const
  requestOrder({ market, fields: order, asks: currentSettings().confirm.quick })
}

function takeSize(market: MarketId, at: number) {
  const preset = currentSettings().sizes[at] ?? ''
  const isShare = preset.endsWith('%')
  deskOf(market)?.setSize(isShare ? 'percent' : 'quote', preset.replace('%', ''))
}

const close = (market: MarketId, kind: 'close' | 'reverse', fractionBps: number): void =>
  requestPosition(market, { kind, fractionBps }, currentSettings().confirm.quick)

function stopToBreakEven(market: MarketId) {
  const held = heldIn(market)
  const price = priceStore(market).get()
  if (held === null || price === undefined) return
  const { position, dto, subAccount } = held
  const found = breakEvenStop(position, subAccount.orders, marketView(dto, price))
  if ('problem' in found) return tell(t('The stop of {market} stays', { market }), found.problem)
  void moveStop(position, subAccount.orders, dto, found.stop)
}

function cancel(market: MarketId | null) {
  const subAccount = accountNow()
  if (subAccount === null) return
  const orders = subAccount.orders.filter((order) => market === null || order.market === market)
  if (orders.length === 0) {
    const none = market === null ? t('No open orders') : t('No open orders of {market}', { market })
    return tell(none, t('There is nothing to cancel.'))
  }
  const dto = market === null ? null : (marketStore(market).get() ?? null)
  const count = orders.length
  const title =
    market === null
      ? t('{count, plural, one {Cancel the order} other {Cancel # orders}}', { count })
      : t('{count, plural, one {Cancel the order of {market}} other {Cancel # orders of {market}}}', { count, market })
  void cancelAllOrders(title, dto, orders)
}

function askToFlatten() {
  const subAccount = accountNow()
  if (subAccount === null) return
  const { positions, orders } = openOf(subAccount)
  if (positions.length + orders.length === 0)
    return tell(t('Nothing to flatten'), t('No position and no order is open.'))
  const run = async (): Promise<void> => {
    const { left } = await flatten(subAccount)
    if (left.length === 0) return
    tell(
      t('{markets} stayed open', { markets: left.join(', ') }),
      t('Its price is too old to set a limit from. Try again.'),
    )
  }
  if (!currentSettings().confirm.quick) return void run()
  ask({
    title: t('Flatten the account'),
    text: t(
      'Cancels {orders, plural, one {# order} other {# orders}} and closes {positions, plural, one {# position} other {# positions}} at market: {markets}.',
      {
        orders: orders.length,
        positions: positions.length,
        markets: positions.map(({ market }) => market).join(', ') || t('none'),
      },
    ),
    yes: t('Flatten now'),
    run: () => void run(),
  })
}

function step({ market, markets, go }: Place, by: number) {
  const next = markets[(markets.indexOf(market) + by + markets.length) % markets.length]
  if (next !== undefined && next !== market) go(`/trade/${next}`)
}

function mute(): void {
  const soundsOn = !currentSettings().soundsOn
  changeSettings({ soundsOn })
  toast.info(soundsOn ? t('Sounds are on') : t('Sounds are off'), { id: 'mute' })
}
