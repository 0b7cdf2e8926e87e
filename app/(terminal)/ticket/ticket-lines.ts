import { t, word } from '#app/i18n/t.ts'
import { formatUsd, signOf } from '#app/ui/format.ts'
import { baseText, priceText, quoteText } from '../account/decimal.ts'
import type { ChartLine } from '../chart/lines/lines.ts'
import type { TicketAction, TicketFields } from './fields.ts'
import { KINDS } from './kinds.ts'
import { evaluateTicket, type TicketContext, type TicketView } from './model.ts'
import { errorOf } from './part.ts'
import { askedPrices, type PriceField, priceIn, readPrices } from './prices.ts'
import type { Protected } from './protection.ts'

type Ticket = {
  fields: TicketFields
  context: TicketContext
  view: TicketView
  baseSymbol: string
  dispatch: (action: TicketAction) => void
}

/**
 * What the ticket would send, as lines on the chart: pulling one writes into its field, so that every figure of the form
 * follows on the way. There are none while there is no size.
 */
export function ticketLines(ticket: Ticket): ChartLine[] {
  const { fields, view, context } = ticket
  const { market } = context
  if (market === null || view.base === 0n) return []
  const prices = readPrices(fields, market)
  const size = `${baseText(view.base)} ${ticket.baseSymbol}`
  const entries = askedPrices(fields).flatMap((field) => {
    const price = field === 'distance' || field === 'offset' ? null : priceIn(prices, field)
    return price === null ? [] : [line(ticket, field, priceText(price), { detail: size })]
  })
  const { takeProfit, stopLoss } = view.protection
  return [...entries, ...protection(ticket, 'takeProfit', takeProfit), ...protection(ticket, 'stopLoss', stopLoss)]
}

const NAMES: Readonly<Record<PriceField, string>> = {
  price: word('Limit'),
  bound: word('Bound'),
  trigger: word('Trigger'),
  lastPrice: word('Last limit'),
  distance: word('Distance'),
  offset: word('Offset'),
  takeProfit: word('TP of the ticket'),
  stopLoss: word('SL of the ticket'),
}

function line(ticket: Ticket, field: PriceField, price: string, rest: Partial<ChartLine>): ChartLine {
  const { fields, context, dispatch } = ticket
  const kind = field === 'takeProfit' ? 'take-profit' : field === 'stopLoss' ? 'stop-loss' : fields.side
  const name = t(NAMES[field])
  const isProtection = field === 'takeProfit' || field === 'stopLoss'
  const at = (to: string): Partial<TicketFields> => (isProtection ? protectionAt(ticket, field, to) : { [field]: to })
  return {
    id: `ticket-${field}`,
    price,
    kind,
    label: isProtection
      ? name
      : t(fields.side === 'buy' ? '{line} buy, not sent' : '{line} sell, not sent', { line: name }),
    draft: true,
    drag: {
      problem: (to) => errorOf(evaluateTicket({ ...fields, ...at(to) }, context), field) ?? null,
      onMove: (to) => dispatch({ type: 'edit', change: at(to) }),
      drop: async () => null,
    },
    ...rest,
  }
}

function protection(ticket: Ticket, field: 'takeProfit' | 'stopLoss', found: Protected | null): ChartLine[] {
  if (found === null || !ticket.fields.protect || !KINDS[ticket.fields.kind].mayProtect) return []
  const text = found.pnl === null ? null : formatUsd(quoteText(found.pnl), { sign: true })
  return [
    line(ticket, field, priceText(found.trigger), {
      ...(text === null ? {} : { pnl: { text, sign: signOf(text) } }),
      onCancel: () => ticket.dispatch({ type: 'edit', change: { [field]: '' } }),
      cancelLabel: t('Remove the {line}', { line: t(NAMES[field]) }),
    }),
  ]
}

/** A pulled line is a price; the other of the two, given in percent or PnL, becomes the price it means now. */
export function protectionAt(
  { fields, view }: Pick<Ticket, 'fields' | 'view'>,
  field: 'takeProfit' | 'stopLoss',
  price: string,
): Partial<TicketFields> {
  const other = field === 'takeProfit' ? 'stopLoss' : 'takeProfit'
  const standing = view.protection[other]
  const kept = fields.protectUnit === 'price' ? fields[other] : standing === null ? '' : priceText(standing.trigger)
  return { protect: true, protectUnit: 'price', [field]: price, [other]: kept }
}
