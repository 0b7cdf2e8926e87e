import type { TransactionInstruction } from '@solana/web3.js'
import { type OwnAccount, ownAccount } from '#app/data/own-account.ts'
import { onUserMessage } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import { type Acting, type Exchange, loadExchange } from '#app/wallet/exchange.ts'
import { useWallet } from '#app/wallet/store.ts'
import { type FinalStage, type Outcome, transact } from '#app/wallet/transact.ts'
import { TransactionError } from '#app/wallet/transaction-error.ts'
import type { NewOrder } from '#client/instructions/orders.ts'
import type { MarketId } from '#server/exchange/schema.ts'
import { addBase, averagePrice, baseText, priceText, quoteText } from './decimal.ts'
import { type FateWatch, type OrderFate, watchOrder } from './order-fate.ts'
import { reasonSentence } from './order-reason.ts'
import { addPendingOrders, pendingOrder, removePendingOrders } from './pending.ts'
import { type PositionTotals, settlementOf } from './settlement.ts'

/** What all orders that leave this page have, however they were made. */
export type OrderRequest = {
  title: string
  market: MarketId
  baseSymbol: string
  stepSize: string
  tickSize: string
  /** One, or several that belong together; those of a group all with the same group id, which is made unique here. */
  orders: readonly NewOrder[]
  /** True when the first is filled or dropped at the next price: then its fate is awaited. */
  takesAtOnce: boolean
  /** Totals of the position it reduces, so that its closing can be summed up. */
  closes?: PositionTotals
  /** Called once: the order is filled and the records show what it did, or it is gone, or nothing is heard of it. */
  onEnded?: (() => void) | undefined
}

/** A fill is due within its delay and the next price; after this the trader is told to look at the orders. */
const FILL_WAIT_MS = 20_000
/** An order neither filled nor gone by then is not waited for any more. */
const END_WAIT_MS = 60_000

/** Sends orders, shows them as pending, and tells how the first ended. `build` makes the instructions. */
export async function sendOrders(
  request: OrderRequest,
  build: (exchange: Exchange, account: Acting, orders: readonly NewOrder[]) => Promise<TransactionInstruction[]>,
): Promise<Outcome> {
  const groupId = newGroupId()
  const orders = request.orders.map((order) => ({
    ...order,
    clientId: newClientId(),
    ...(order.groupId === undefined ? {} : { groupId }),
  }))
  const clientIds = orders.map(({ clientId }) => clientId.toString())
  const clientId = clientIds[0] ?? ''
  const { address } = useWallet.getState()
  const account = ownAccount(address ?? '')
  const watch = address === null ? null : watchOrder(address, clientId, { announces: request.takesAtOnce })
  // Of its own, because the toast stops waiting sooner.
  const end =
    address === null || request.onEnded === undefined ? null : watchOrder(address, clientId, { announces: false })
  const moved = address === null || request.onEnded === undefined ? null : watchPosition(account, request)
  addPendingOrders(orders.map((order) => pendingOrder(request.market, order, Date.now())))
  const forget = (): void => removePendingOrders(new Set(clientIds))
  const outcome = await transact({
    title: request.title,
    tradesFor: account,
    build: async (trader) => build(await loadExchange(), { ...account, trader }, orders),
    ...(request.takesAtOnce && watch !== null
      ? { finalStage: async () => finalStage(request, await watch.settle(FILL_WAIT_MS)) }
      : {}),
  })
  if (outcome.kind === 'failed') {
    forget()
    watch?.stop()
  } else {
    // The pending rows give way to the real ones; without a word of them, they must not stay for ever.
    void Promise.race([watch?.seen, delay(FILL_WAIT_MS)]).then(forget)
    if (!request.takesAtOnce) void watch?.settle(FILL_WAIT_MS)
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
function watchPosition({ authority, subAccountId }: OwnAccount, { market, closes }: OrderRequest): PositionWatch {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = onUserMessage(authority, (message) => {
    if (message.type !== 'subAccount' || message.subAccount.id !== subAccountId) return
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

/** Group ids bind within one market of one account: 32 random bits, and never 0, which means none. */
const newGroupId = (): number => Math.max(1, crypto.getRandomValues(new Uint32Array(1))[0] ?? 1)

function finalStage(request: OrderRequest, fate: OrderFate | null): FinalStage {
  const price = averagePrice(fate?.fills ?? [])
  if (fate === null || (fate.status === 'open' && price === null)) {
    return {
      outcome: 'done',
      label: null,
      note: t('Not filled yet. It is in your orders; it fills or lapses by itself.'),
    }
  }
  if (price === null) return { outcome: 'failed', label: null, note: reasonSentence(fate) }
  const size = formatSize(baseText(addBase(fate.fills.map(({ size }) => size))), request.stepSize)
  const filled = { size, symbol: request.baseSymbol }
  if (fate.status === 'open') {
    const note = t('{size} {symbol} filled so far. The rest is in your orders; it goes on by itself.', filled)
    return { outcome: 'done', label: null, note }
  }
  const label = t('Filled at {price}', { price: formatPrice(priceText(price), request.tickSize) })
  const partly = fate.status === 'filled' ? null : `${t('{size} {symbol} filled.', filled)} ${reasonSentence(fate)}`
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
  const values = { realised: signed(realised), fees: signed(-fees), funding: signed(funding), net: signed(net) }
  return closed
    ? t('Closed: realised {realised}, fees {fees}, funding {funding}, net {net}.', values)
    : t('Reduced: realised {realised}, fees {fees}, funding {funding}, net {net}.', values)
}
