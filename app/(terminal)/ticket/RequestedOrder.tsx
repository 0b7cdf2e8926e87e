'use client'
import { useEffect, useRef, useState } from 'react'
import { toast } from 'sonner'
import { useMarket } from '#app/data/market.tsx'
import { useMarketList } from '#app/data/markets.ts'
import { useSetSettings } from '#app/data/SettingsProvider.tsx'
import { dictionary } from '#app/i18n/language.ts'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import type { MarketDto } from '#server/exchange/schema.ts'
import { evaluateTicket, type TicketView } from './model.ts'
import { dropOrderRequest, type OrderRequest, useOrderRequest } from './order-request.ts'
import { placeOrder } from './place-order.ts'
import { Summary } from './Summary.tsx'
import { useTicketContext } from './use-ticket-context.ts'
import { titleOfFields } from './words.ts'

/** The order that a key, the palette or the ticket asks for, if any. */
export function RequestedOrder() {
  const request = useOrderRequest((state) => state.request)
  return request === null ? null : <InMarket request={request} />
}

function InMarket({ request }: { request: OrderRequest }) {
  // On pages without a terminal nobody else has asked for the markets.
  useMarketList()
  const market = useMarket(request.market)
  if (market === undefined) return null
  return request.asks ? (
    <AskedOrder request={request} market={market} />
  ) : (
    <OrderAtOnce request={request} market={market} />
  )
}

type RequestProps = { request: OrderRequest; market: MarketDto }

/** Shows what it costs and leads to; Enter sends it. */
function AskedOrder({ request: { fields, onSent }, market }: RequestProps) {
  const view = evaluateTicket(fields, useTicketContext(market))
  const setSettings = useSetSettings()
  const [sending, setSending] = useState(false)
  const send = async (): Promise<void> => {
    if (view.order === null || sending) return
    setSending(true)
    const isOut = await placeOrder(view.order, market).finally(() => setSending(false))
    if (isOut) onSent?.()
    dropOrderRequest()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && dropOrderRequest()}
      title={titleOfFields(fields, view, market)}
      description={t('{market}. The figures follow the price until you send it.', { market: market.market })}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <Summary
          market={market}
          fields={fields}
          view={view}
          onSlippage={(slippageBps) => setSettings({ slippageBps })}
        />
        <Notes view={view} />
        <div className="grid grid-cols-2 gap-2">
          <Button onClick={dropOrderRequest}>{t('Do not send')}</Button>
          <Button
            type="submit"
            variant={fields.side === 'buy' ? 'buy' : 'sell'}
            busy={sending}
            disabled={view.order === null}
            autoFocus
          >
            {view.label}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Notes({ view: { problems, warnings } }: { view: TicketView }) {
  const [problem] = problems
  const notes = problem === undefined ? warnings.map(({ message }) => message) : [problem.message]
  return (
    <ul role="status" className="grid gap-1 text-warn text-xs empty:hidden">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  )
}

/** A label as it goes on after a colon; German keeps the capital, which may be a noun's. */
const goingOn = (label: string): string =>
  dictionary().language === 'en' ? `${label.charAt(0).toLowerCase()}${label.slice(1)}` : label

/** Longest wait for a price and an account to judge it by. */
const KNOWN_WITHIN_MS = 5_000

/** Sends it as soon as it can be judged; says why when it may not go out. */
function OrderAtOnce({ request: { fields, onSent }, market }: RequestProps) {
  const view = evaluateTicket(fields, useTicketContext(market))
  const isOut = useRef(false)
  const [problem] = view.problems
  useEffect(() => {
    if (isOut.current) return
    if (view.order !== null) {
      isOut.current = true
      dropOrderRequest()
      void placeOrder(view.order, market).then((sent) => {
        if (sent) onSent?.()
      })
    } else if (problem !== undefined && problem.code !== 'reading-account') {
      isOut.current = true
      dropOrderRequest()
      toast.warning(t('Not sent: {reason}', { reason: goingOn(problem.label) }), {
        id: 'not-sent',
        description: problem.message,
      })
    }
  })
  useEffect(() => {
    const timer = setTimeout(() => {
      dropOrderRequest()
      toast.warning(t('Not sent: no price'), {
        id: 'not-sent',
        description: t('Without a price nothing can be judged.'),
      })
    }, KNOWN_WITHIN_MS)
    return () => clearTimeout(timer)
  }, [])
  return null
}
