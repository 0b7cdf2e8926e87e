import { type RefObject, useEffect } from 'react'
import { currentSettings } from '#app/data/settings.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { setLines } from '../chart/lines/lines.ts'
import { fieldsOf, type OrderAsk, offerDesk } from './desk.ts'
import type { TicketAction, TicketFields } from './fields.ts'
import { evaluateTicket, type TicketContext, type TicketView } from './model.ts'
import { placeOrder } from './place-order.ts'
import { closableBase } from './size.ts'
import { protectionAt, ticketLines } from './ticket-lines.ts'

type Ticket = {
  market: MarketDto
  fields: TicketFields
  context: TicketContext
  view: TicketView
  dispatch: (action: TicketAction) => void
}

/**
 * Lets the chart and the keyboard use the ticket: its lines are drawn on the chart, and orders come back from there.
 * `reveal`: brings it forward, when something is put into it from elsewhere.
 */
export function useTicketDesk(ticket: Ticket, form: RefObject<HTMLFormElement | null>, reveal: () => void): void {
  const { market, fields, context, view, dispatch } = ticket
  const id = market.market

  useEffect(() => {
    const asked = (ask: OrderAsk): TicketFields => {
      const { market: priced, portfolio } = context
      return fieldsOf(
        fields,
        ask,
        priced !== null && portfolio !== null && closableBase(ask.side, priced, portfolio) > 0n,
      )
    }
    const judge = (ask: OrderAsk): TicketView => evaluateTicket(asked(ask), context)
    const focusSize = (): void => {
      reveal()
      form.current?.querySelector<HTMLInputElement>('input[name=size]')?.focus()
    }
    const fill = (ask: OrderAsk): void => {
      dispatch({ type: 'replace', fields: asked(ask) })
      reveal()
      // Once the press is over: the item of a menu takes the focus at its end.
      setTimeout(focusSize)
    }
    return offerDesk(id, {
      fields,
      judge,
      fill,
      focusSize,
      setSize: (unit, size) => {
        reveal()
        dispatch({ type: 'sizeUnit', unit, size })
        dispatch({ type: 'size', text: size })
      },
      send: (ask) => {
        const { order } = judge(ask)
        // Who wants to be asked before sending, is asked by the form.
        if (order === null || currentSettings().confirm.ticket) fill(ask)
        else void placeOrder(order, market)
      },
      protect: (field, price) => {
        reveal()
        dispatch({ type: 'edit', change: protectionAt({ fields, view }, field, price) })
      },
    })
  }, [id, market, fields, context, view, dispatch, form, reveal])

  useEffect(() => {
    setLines(id, 'ticket', ticketLines({ fields, context, view, dispatch, baseSymbol: market.baseSymbol }))
  }, [id, market, fields, context, view, dispatch])
  useEffect(() => () => setLines(id, 'ticket', []), [id])
}
