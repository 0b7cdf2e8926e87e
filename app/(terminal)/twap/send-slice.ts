import { api } from '#app/data/trpc.ts'
import { readUser } from '#app/data/user.ts'
import { openConnection } from '#app/wallet/chain.ts'
import { WalletError } from '#app/wallet/errors.ts'
import { loadExchange } from '#app/wallet/exchange.ts'
import { landedFailure, poll } from '#app/wallet/send.ts'
import { sendWithKey } from '#app/wallet/send-with-key.ts'
import { isForOwner } from '#app/wallet/signer.ts'
import { toTransactError } from '#app/wallet/transact.ts'
import { TransactionError } from '#app/wallet/transaction-error.ts'
import type { FillDto, OrderDto } from '#server/exchange/schema.ts'
import { addBase, addQuote, toBase } from '../account/decimal.ts'
import {
  begins,
  clientIdOf,
  isOver,
  isPlaced,
  isRefused,
  isSigned,
  neverLeft,
  type Slice,
  type Step,
  type Twap,
} from './model.ts'
import { changeTwap, findTwap, useTwapChain } from './store.ts'

/** Sends one slice: written down before it is signed, and with its signature before it leaves. */
export async function sendSlice(
  twap: Twap,
  marketIndex: number,
  { slot, size, limitPrice }: Extract<Step, { do: 'send' }>,
): Promise<void> {
  const { id, authority, subAccountId, side, reduceOnly } = twap
  const account = { authority, subAccountId }
  const clientId = clientIdOf(twap, slot)
  const order = { kind: 'market', side, size, limitPrice, reduceOnly, clientId } as const
  changeTwap(id, (now) => begins(now, slot, size))
  try {
    await sendWithKey({
      account,
      build: async (trader) => (await loadExchange()).placeOrders({ ...account, trader }, marketIndex, [order]),
      onSigned: (landing) => {
        const now = findTwap(id)
        if (now?.current?.slot !== slot || now.current.landing !== null) {
          throw new Error('another tab has taken this slice over')
        }
        changeTwap(id, (kept) => isSigned(kept, landing))
      },
    })
    useTwapChain.setState({ isAway: false })
    changeTwap(id, isPlaced)
  } catch (cause) {
    failed(id, toTransactError(cause))
  }
}

function failed(id: string, error: TransactionError | WalletError): void {
  const kind = error instanceof TransactionError ? error.kind : 'rejected'
  useTwapChain.setState({ isAway: kind === 'unreachable' || kind === 'unknown' })
  // What has left is asked for until the chain can say what became of it.
  if (kind === 'unknown') return
  changeTwap(id, (twap) => {
    if (kind === 'expired' || kind === 'unreachable') return neverLeft(twap)
    // It is on the chain already.
    if (error instanceof TransactionError && error.code === 'ClientIdInUse') return isPlaced(twap)
    const isOfKey = error instanceof WalletError || isForOwner(error)
    return isRefused(twap, isOfKey ? 'key' : 'failures', error.message)
  })
}

/** Finds out what has become of a slice: also of one that another tab, or this one before a reload, was sending. */
export async function followSlice(twap: Twap, slice: Slice): Promise<void> {
  if (slice.state === 'placed') return followOrder(twap, slice)
  // Without a signature nothing has left, and whoever was about to sign is gone.
  if (slice.landing === null) return changeTwap(twap.id, neverLeft)
  const connection = await openConnection()
  const landed = await poll(connection, slice.landing)
  useTwapChain.setState({ isAway: landed === 'unanswered' })
  if (landed === 'pending' || landed === 'unanswered') return
  if (landed === 'expired') return changeTwap(twap.id, neverLeft)
  if (landed.err === null) return changeTwap(twap.id, isPlaced)
  failed(twap.id, await landedFailure(connection, slice.landing.signature, landed.err))
}

async function followOrder(twap: Twap, { slot }: Slice): Promise<void> {
  const order = (await ordersOf(twap)).get(clientIdOf(twap, slot))
  if (order === undefined || order.status === 'open') return
  const fills = toBase(order.filled) === 0n ? [] : await fillsOf(twap, order)
  const filled = addBase(fills.map(({ size }) => size))
  // The records tell of an order and of its fills one after the other.
  if (filled < toBase(order.filled)) return
  const quote = addQuote(fills.map((fill) => fill.quote))
  changeTwap(twap.id, (now) => isOver(now, filled, quote))
}

/** Takes up a slice of which this browser has forgotten that it sent it: after a crash, what was written last may be lost. */
export async function recallSlice(twap: Twap): Promise<boolean> {
  const orders = await ordersOf(twap)
  for (let slot = twap.lastSlot + 1; slot < twap.slices; slot++) {
    const order = orders.get(clientIdOf(twap, slot))
    if (order === undefined) continue
    changeTwap(twap.id, (now) => isPlaced(begins(now, slot, toBase(order.size))))
    return true
  }
  return false
}

const PAGE = 100
type Page<Item> = { items: Item[]; nextCursor: string | null }

/** Records since it began, page by page: a browser that was closed for long has many newer ones. */
async function sinceStart<Item>(
  { startAt }: Twap,
  ask: (cursor: string | undefined) => Promise<Page<Item>>,
  atOf: (item: Item) => number,
): Promise<Item[]> {
  const found: Item[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await ask(cursor)
    found.push(...items)
    const oldest = items.at(-1)
    cursor = oldest === undefined || atOf(oldest) < startAt ? undefined : (nextCursor ?? undefined)
  } while (cursor !== undefined)
  return found
}

/** Its orders in the exchange's records, by client id. */
async function ordersOf(twap: Twap): Promise<Map<bigint, OrderDto>> {
  const { authority, subAccountId, market } = twap
  const own = addressOf(authority, subAccountId)
  const orders = await sinceStart(
    twap,
    (cursor) => api.account.orders.query({ authority, market, limit: PAGE, cursor }),
    ({ placedAt }) => placedAt,
  )
  return new Map(
    orders.flatMap((order) =>
      order.clientId !== null && order.subAccount === own ? [[BigInt(order.clientId), order]] : [],
    ),
  )
}

async function fillsOf(twap: Twap, { orderId, subAccount }: OrderDto): Promise<FillDto[]> {
  const { authority, market } = twap
  const fills = await sinceStart(
    twap,
    (cursor) => api.account.fills.query({ authority, market, limit: PAGE, cursor }),
    ({ at }) => at,
  )
  return fills.filter((fill) => fill.orderId === orderId && fill.subAccount === subAccount)
}

/** @throws Error while the account is not known: then nobody can say that a slice is not there. */
function addressOf(authority: string, subAccountId: number): string {
  const found = readUser(authority)?.subAccounts.find(({ id }) => id === subAccountId)
  if (found === undefined) throw new Error(`sub-account ${subAccountId} of ${authority} is not known`)
  return found.address
}
