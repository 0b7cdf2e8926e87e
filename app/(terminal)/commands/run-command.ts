import { toast } from 'sonner'
import { marketStore, priceStore } from '#app/data/market.tsx'
import { changeSettings, currentSettings } from '#app/data/settings.ts'
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
  if (ticket === undefined) return tell('The ticket is not open', 'Keys trade the size that stands in it.')
  const { fields } = ticket
  if (fields.size === '') return tell('No size yet', 'Press 1 to 4 for one of yours, or type it into the ticket.')
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
  if ('problem' in found) return tell(`The stop of ${market} stays`, found.problem)
  void moveStop(position, subAccount.orders, dto, found.stop)
}

function cancel(market: MarketId | null) {
  const subAccount = accountNow()
  if (subAccount === null) return
  const orders = subAccount.orders.filter((order) => market === null || order.market === market)
  const where = market === null ? '' : ` of ${market}`
  if (orders.length === 0) return tell(`No open orders${where}`, 'There is nothing to cancel.')
  const dto = market === null ? null : (marketStore(market).get() ?? null)
  const count = orders.length === 1 ? 'the order' : `${orders.length} orders`
  void cancelAllOrders(`Cancel ${count}${where}`, dto, orders)
}

function askToFlatten() {
  const subAccount = accountNow()
  if (subAccount === null) return
  const { positions, orders } = openOf(subAccount)
  if (positions.length + orders.length === 0) return tell('Nothing to flatten', 'No position and no order is open.')
  const run = async (): Promise<void> => {
    const { left } = await flatten(subAccount)
    if (left.length > 0) tell(`${left.join(', ')} stayed open`, 'Its price is too old to set a limit from. Try again.')
  }
  if (!currentSettings().confirm.quick) return void run()
  ask({
    title: 'Flatten the account',
    text: `Cancels ${counted(orders.length, 'order')} and closes ${counted(positions.length, 'position')} at market: ${
      positions.map(({ market }) => market).join(', ') || 'none'
    }.`,
    yes: 'Flatten now',
    run: () => void run(),
  })
}

const counted = (count: number, name: string): string => `${count} ${name}${count === 1 ? '' : 's'}`

function step({ market, markets, go }: Place, by: number) {
  const next = markets[(markets.indexOf(market) + by + markets.length) % markets.length]
  if (next !== undefined && next !== market) go(`/trade/${next}`)
}

function mute(): void {
  const soundsOn = !currentSettings().soundsOn
  changeSettings({ soundsOn })
  toast.info(soundsOn ? 'Sounds are on' : 'Sounds are off', { id: 'mute' })
}
