import type { TransactionInstruction } from '@solana/web3.js'
import { onUserMessage } from '#app/data/user.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { useWallet } from '#app/wallet/store.ts'
import { type FinalStage, type Outcome, transact } from '#app/wallet/transact.ts'
import { TransactionError } from '#app/wallet/transaction-error.ts'
import type { Base, Price } from '#client/units.ts'
import type { MarketId, OrderType, Side } from '#server/exchange/schema.ts'
import { addBase, averagePrice, baseText, priceText, quoteText } from './decimal.ts'
import { type FateWatch, type OrderFate, watchOrder } from './order-fate.ts'
import { reasonSentence } from './order-reason.ts'
import { addPendingOrder, removePendingOrder } from './pending.ts'
import { type PositionTotals, settlementOf } from './settlement.ts'

/** What every order that leaves this page has, however it was made. */
export type OrderRequest = {
  title: string
  market: MarketId
  baseSymbol: string
  stepSize: string
  tickSize: string
  side: Side
  type: OrderType
  base: Base
  limitPrice: Price
  reduceOnly: boolean
  /** True when it is filled or dropped at the next price: then its fate is awaited. */
  takesAtOnce: boolean
  /** Totals of the position it reduces, so that its closing can be summed up. */
  closes?: PositionTotals
  /** Called once: the order is filled and the records show what it did, or it is gone, or nothing is heard of it. */
  onEnded?: (() => void) | undefined
}

type Exchange = Awaited<ReturnType<typeof loadExchange>>

/** A fill is due within its delay and the next price; after this the trader is told to look at the orders. */
const FILL_WAIT_MS = 20_000
/** An order neither filled nor gone by then is not waited for any more. */
const END_WAIT_MS = 60_000

/** Sends one order, shows it as pending, and tells how it ended. `build` makes its instructions with this client id. */
export async function sendOrder(
  request: OrderRequest,
  build: (exchange: Exchange, clientId: bigint) => Promise<TransactionInstruction[]>,
): Promise<Outcome> {
  const clientId = newClientId()
  const { address } = useWallet.getState()
  const watch = address === null ? null : watchOrder(address, clientId.toString(), { announces: request.takesAtOnce })
  // Of its own, because the toast stops waiting sooner.
  const end =
    address === null || request.onEnded === undefined
      ? null
      : watchOrder(address, clientId.toString(), { announces: false })
  const moved = address === null || request.onEnded === undefined ? null : watchPosition(address, request)
  addPendingOrder({
    clientId: clientId.toString(),
    market: request.market,
    side: request.side,
    type: request.type,
    size: baseText(request.base),
    limitPrice: priceText(request.limitPrice),
    reduceOnly: request.reduceOnly,
    at: Date.now(),
  })
  // The pending row gives way to the real one; without a word of it, it must not stay for ever.
  void Promise.race([watch?.seen, delay(2 * FILL_WAIT_MS)]).then(() => removePendingOrder(clientId.toString()))
  const outcome = await transact({
    title: request.title,
    build: async () => build(await loadExchange(), clientId),
    ...(request.takesAtOnce && watch !== null
      ? { finalStage: async () => finalStage(request, await watch.settle(FILL_WAIT_MS)) }
      : {}),
  })
  if (outcome.kind === 'failed') {
    removePendingOrder(clientId.toString())
    watch?.stop()
  } else if (!request.takesAtOnce) {
    void watch?.settle(FILL_WAIT_MS)
  }
  void ending(outcome, end, moved).finally(() => request.onEnded?.())
  return outcome
}

/** Resolves when the order is over. What may have reached the chain is waited for like what has. */
async function ending(outcome: Outcome, end: FateWatch | null, moved: PositionWatch | null): Promise<void> {
  const refused =
    outcome.kind === 'failed' && !(outcome.error instanceof TransactionError && outcome.error.kind === 'unknown')
  if (refused) end?.stop()
  else {
    const fate = await end?.settle(END_WAIT_MS)
    // Its fill may be told before the position it changed.
    if (fate != null && fate.fills.length > 0) await Promise.race([moved?.moved, delay(POSITION_WAIT_MS)])
  }
  moved?.stop()
}

type PositionWatch = { moved: Promise<void>; stop: () => void }
const POSITION_WAIT_MS = 3_000

/** Waits until the records show another size of the position that the order closes. */
function watchPosition(authority: string, { market, closes }: OrderRequest): PositionWatch {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = onUserMessage(authority, (message) => {
    if (message.type !== 'subAccount') return
    const base = message.subAccount.positions.find((position) => position.market === market)?.base ?? '0'
    if (base !== closes?.base) resolve()
  })
  return { moved: promise, stop }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** 53 random bits are plenty among 16 open orders, and never 0, which means none. */
function newClientId(): bigint {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  return ((BigInt(high) << 21n) | BigInt(low >>> 11)) + 1n
}

function finalStage(request: OrderRequest, fate: OrderFate | null): FinalStage {
  const price = averagePrice(fate?.fills ?? [])
  if (fate === null || (fate.status === 'open' && price === null)) {
    return { outcome: 'done', label: null, note: 'Not filled yet. It is in your orders; it fills or lapses by itself.' }
  }
  if (price === null) return { outcome: 'failed', label: null, note: reasonSentence(fate) }
  const filled = formatSize(baseText(addBase(fate.fills.map(({ size }) => size))), request.stepSize)
  if (fate.status === 'open') {
    const note = `${filled} ${request.baseSymbol} filled so far. The rest is in your orders; it goes on by itself.`
    return { outcome: 'done', label: null, note }
  }
  const label = `Filled at ${formatPrice(priceText(price), request.tickSize)}`
  const partly = fate.status === 'filled' ? null : `${filled} ${request.baseSymbol} filled. ${reasonSentence(fate)}`
  const settlement = request.closes === undefined ? null : settlementOf(request.closes, fate.fills)
  return { outcome: 'done', label, note: partly ?? (settlement === null ? null : settlementSentence(settlement)) }
}

function settlementSentence({
  closed,
  realised,
  fees,
  funding,
  net,
}: NonNullable<ReturnType<typeof settlementOf>>): string {
  const signed = (amount: bigint): string => formatUsd(quoteText(amount), { sign: true })
  const what = closed ? 'Closed' : 'Reduced'
  return `${what}: realised ${signed(realised)}, fees ${signed(-fees)}, funding ${signed(funding)}, net ${signed(net)}.`
}
