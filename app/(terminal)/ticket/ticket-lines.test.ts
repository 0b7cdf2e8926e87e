import { expect, test } from 'vitest'
import type { TicketAction, TicketFields } from './fields.ts'
import { initialFields, reduceTicket } from './fields.ts'
import { evaluateTicket } from './model.ts'
import { context } from './testing.ts'
import { protectionAt, ticketLines } from './ticket-lines.ts'

const CONTEXT = context()
const fields = (change: Partial<TicketFields>): TicketFields => ({ ...initialFields('buy'), size: '2', ...change })

function ticketOf(given: TicketFields) {
  const sent: TicketAction[] = []
  const view = evaluateTicket(given, CONTEXT)
  const dispatch = (action: TicketAction) => sent.push(action)
  return { fields: given, context: CONTEXT, view, baseSymbol: 'SOL', dispatch, sent }
}

test('a ticket shows the prices it would send, once it has a size', () => {
  const limit = fields({ kind: 'limit', price: '140.5' })
  expect(ticketLines(ticketOf(limit))).toMatchObject([
    { id: 'ticket-price', price: '140.5', draft: true, detail: '2 SOL' },
  ])
  expect(ticketLines(ticketOf({ ...limit, size: '' }))).toEqual([])
  expect(ticketLines(ticketOf(fields({ kind: 'market' })))).toEqual([])
})

test('pulling a line writes into its field', () => {
  const ticket = ticketOf(fields({ kind: 'limit', price: '140.5' }))
  ticketLines(ticket)[0]?.drag?.onMove?.('139')
  expect(ticket.sent).toEqual([{ type: 'edit', change: { price: '139' } }])
})

test('where the form would find fault, the line does', () => {
  const stop = ticketOf(fields({ side: 'sell', kind: 'stop', trigger: '140' }))
  const [line] = ticketLines(stop)
  expect(line?.drag?.problem('139')).toBeNull()
  expect(line?.drag?.problem('150')).toMatch(/set off/)
})

test('a take profit given in percent becomes a price when it is pulled, and the stop loss beside it too', () => {
  const given = fields({
    kind: 'limit',
    price: '140',
    protect: true,
    protectUnit: 'percent',
    takeProfit: '5',
    stopLoss: '2',
  })
  const ticket = ticketOf(given)
  expect(ticketLines(ticket).map(({ id, price }) => [id, price])).toEqual([
    ['ticket-price', '140'],
    ['ticket-takeProfit', '147'],
    ['ticket-stopLoss', '137.2'],
  ])
  const change = protectionAt(ticket, 'takeProfit', '149')
  expect(change).toEqual({ protect: true, protectUnit: 'price', takeProfit: '149', stopLoss: '137.2' })
  const pulled = ticketLines(ticketOf(reduceTicket(given, { type: 'edit', change })))
  expect(pulled.map(({ price }) => price)).toEqual(['140', '149', '137.2'])
})
