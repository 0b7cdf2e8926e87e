import { expect, it } from 'vitest'
import { bn, key, writeHistory } from '#server/indexer/history-writer.ts'
import { recordEvents } from '#server/indexer/record-events.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { insertPoolSnapshot, poolHistory, poolPosition, poolQueue } from './pool-repo.ts'
import { poolHistoryDto, poolPositionDto, poolRequestDto } from './pool-schema.ts'

const DAY = 86_400_000
const USD = 1_000_000
const START = 1_700_000_000_000

const db = await testDatabase()
const { addresses, singletons, events, next, emit, open } = writeHistory()
const [first, second] = [open(0), open(1)]
const epoch = { now: 0 }
const total = { shares: 0 }

type Owner = typeof first
const of = (owner: Owner, ticket: { at: ReturnType<typeof key>; id: number }) => ({
  sequence: next(addresses.pool),
  sub_account: owner.subAccount,
  sub_account_sequence: next(owner.subAccount),
  ticket: ticket.at,
  ticket_id: bn(ticket.id),
  owner: owner.authority,
  total_shares: bn(total.shares),
  epoch: bn(epoch.now),
})
let tickets = 0
const newTicket = () => {
  tickets += 1
  return { at: key(), id: tickets }
}
type Ticket = ReturnType<typeof newTicket>

function askDeposit(owner: Owner, usd: number, nav: number): Ticket {
  const ticket = newTicket()
  emit('PoolDepositRequested', { ...of(owner, ticket), amount: bn(usd * USD), net_asset_value: bn(nav * USD) })
  return ticket
}
function mint(owner: Owner, ticket: Ticket, usd: number, shares: number, nav: number): void {
  total.shares += shares * USD
  const amounts = { amount: bn(usd * USD), shares: bn(shares * USD), net_asset_value: bn(nav * USD) }
  emit('PoolSharesMinted', { ...of(owner, ticket), ...amounts })
}
function askExit(owner: Owner, shares: number, nav: number, executableAt: number): Ticket {
  const ticket = newTicket()
  const amounts = { shares: bn(shares * USD), net_asset_value: bn(nav * USD), executable_at: bn(executableAt) }
  emit('PoolExitRequested', { ...of(owner, ticket), ...amounts })
  return ticket
}
const record = () => recordEvents(db, events, { singletons, nowMs: START })
const positionOf = async (owner: Owner) => poolPositionDto.parse(await poolPosition(db, owner.authority.toBase58()))

it('keeps a deposit in the queue until its shares are minted, and says what it got', async () => {
  const ticket = askDeposit(first, 10_000, 0)
  await record()
  const [waiting, ...others] = poolRequestDto.array().parse(await poolQueue(db))
  expect(others).toEqual([])
  expect(waiting).toMatchObject({
    ticket: ticket.at.toBase58(),
    ticketId: '1',
    kind: 'deposit',
    authority: first.authority.toBase58(),
    subAccount: first.subAccount.toBase58(),
    amount: '10000',
    status: 'waiting',
    got: null,
  })
  expect((waiting?.executableAt ?? 0) - (waiting?.requestedAt ?? 0)).toBe(2_000)
  expect((waiting?.expiresAt ?? 0) - (waiting?.requestedAt ?? 0)).toBe(3_600_000)
  expect(await positionOf(first)).toMatchObject({ shares: '0', deposited: '0' })

  mint(first, ticket, 10_000, 10_000, 10_000)
  await record()
  expect(await poolQueue(db)).toEqual([])
  expect(await positionOf(first)).toMatchObject({
    shares: '10000',
    deposited: '10000',
    requests: [{ status: 'done', amount: '10000', got: '10000' }],
  })
})

it('counts shares set aside for an exit no more, gives them back when nobody came, and pays the others', async () => {
  mint(second, askDeposit(second, 5_000, 10_000), 5_000, 5_000, 15_000)
  const lapsed = askExit(second, 1_000, 15_000, START / 1_000 + 60)
  const paid = askExit(second, 2_000, 15_000, START / 1_000 + 30)
  await record()
  expect(await positionOf(second)).toMatchObject({ shares: '2000' })
  // The next to be executed comes first.
  expect((await poolQueue(db)).map(({ kind, amount }) => [kind, amount])).toEqual([
    ['exit', '2000'],
    ['exit', '1000'],
  ])
  emit('PoolExited', { ...of(second, lapsed), returned_shares: bn(1_000 * USD) })
  total.shares -= 2_000 * USD
  emit('PoolExited', {
    ...of(second, paid),
    shares: bn(2_000 * USD),
    amount: bn(2_100 * USD),
    net_asset_value: bn(13_650 * USD),
  })
  await record()
  expect(await poolQueue(db)).toEqual([])
  expect(await positionOf(second)).toMatchObject({
    shares: '3000',
    deposited: '5000',
    withdrawn: '2100',
    requests: [
      { kind: 'exit', status: 'done', amount: '2000', got: '2100' },
      { kind: 'exit', status: 'returned', amount: '1000', got: null },
      { kind: 'deposit', status: 'done', amount: '5000', got: '5000' },
    ],
  })
})

it('tells the share price of events and of what was counted between them, thinned out, and the rate of a year', async () => {
  const early = poolHistoryDto.parse(await poolHistory(db, 'all', START + 60_000))
  expect(early.points.at(-1)).toMatchObject({ sharePrice: '1.05', netAssetValue: '13650' })
  expect(early.apr).toBeNull()

  const counted = { epoch: 0n, shares: 13_000n * 1_000_000n }
  for (let hour = 1; hour <= 10 * 24; hour += 1) {
    const netAssetValue = 13_650n * 1_000_000n + BigInt(hour) * 1_000_000n
    await insertPoolSnapshot(db, { ...counted, netAssetValue }, START + hour * 3_600_000)
  }
  // Twice at one moment is once.
  await insertPoolSnapshot(db, { ...counted, netAssetValue: 1n }, START + 3_600_000)
  const now = START + 10 * DAY
  const { points, apr } = poolHistoryDto.parse(await poolHistory(db, 'all', now))
  expect(points.length).toBeLessThanOrEqual(241)
  expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted((a, b) => a - b))
  expect(points.at(-1)).toMatchObject({ at: now, sharePrice: '1.068461538' })
  // 1.00 → 1.0685 in ten days.
  expect(Number(apr?.ratio)).toBeCloseTo(((1.068461538 - 1) * 365) / 10, 2)
  expect((await poolHistory(db, '24h', now)).points.length).toBe(25)
})

it('starts anew when the pool has: older shares are worth nothing, and their price is not of this pool', async () => {
  epoch.now = 1
  total.shares = 0
  mint(first, askDeposit(first, 2_000, 0), 2_000, 2_000, 2_000)
  await record()
  expect(await positionOf(first)).toMatchObject({ shares: '2000', deposited: '12000' })
  expect(await positionOf(second)).toMatchObject({ shares: '0' })
  const { points } = await poolHistory(db, 'all', START + 120_000)
  expect(points.map(({ sharePrice }) => sharePrice)).toEqual(['1'])
})
