'use client'
import { type FormEvent, useCallback, useContext, useEffect, useReducer, useRef, useState } from 'react'
import { useMarket } from '#app/data/market.tsx'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { t } from '#app/i18n/t.ts'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Skeleton } from '#app/ui/states.tsx'
import type { MarketDto, MarketId, Side } from '#server/exchange/schema.ts'
import { OneClickLine } from '../one-click/OneClickChip.tsx'
import { WorkspaceContext } from '../workspace/context.ts'
import { Conditions } from './Conditions.tsx'
import { initialFields, reduceTicket, type TicketAction } from './fields.ts'
import { type Intent, subscribe } from './intent.ts'
import { KindBar } from './KindBar.tsx'
import { evaluateTicket } from './model.ts'
import { Onboarding } from './Onboarding.tsx'
import { requestOrder } from './order-request.ts'
import { PriceFields } from './PriceFields.tsx'
import { ProtectFields } from './ProtectFields.tsx'
import { placeOrder } from './place-order.ts'
import { recallPreferences, rememberPreferences } from './preferences.ts'
import { SizeFields } from './SizeFields.tsx'
import { SubmitButton } from './SubmitButton.tsx'
import { Summary } from './Summary.tsx'
import { closableBase } from './size.ts'
import { useTicketContext } from './use-ticket-context.ts'
import { useTicketDesk } from './use-ticket-desk.ts'

/**
 * The order form of one market: what to trade, what it will cost, and the button that does it. `side`: where it starts;
 * `onSent`: an order is on the chain.
 */
export function Ticket({ market, side, onSent }: { market: MarketId; side?: Side; onSent?: () => void }) {
  const dto = useMarket(market)
  if (dto === undefined) return <TicketSkeleton />
  return <LoadedTicket key={market} market={dto} side={side} onSent={onSent} />
}

type LoadedTicketProps = { market: MarketDto; side: Side | undefined; onSent: (() => void) | undefined }

function LoadedTicket({ market, side, onSent }: LoadedTicketProps) {
  const [typed, dispatch] = useReducer(reduceTicket, undefined, () => initialFields(side))
  const fields = { ...typed, slippageBps: useSettings((settings) => settings.slippageBps) }
  const setSettings = useSetSettings()
  const confirms = useSettings((settings) => settings.confirm.ticket)
  const [sending, setSending] = useState(false)
  const context = useTicketContext(market)
  const view = evaluateTicket(fields, context)

  // What the script budget is measured against: until here, nothing may load that the ticket can do without.
  useEffect(() => void performance.mark('ticket usable'), [])
  useEffect(() => dispatch({ type: 'recall', preferences: recallPreferences() }), [])
  useEffect(() => rememberPreferences(typed), [typed])
  const panel = useContext(WorkspaceContext)
  // On a phone nothing is docked: there the ticket is a sheet, which opens by itself.
  const reveal = useCallback(() => panel?.reveal('ticket'), [panel])
  useEffect(
    () =>
      subscribe(market.market, (intent) => {
        dispatch(actionOf(intent))
        reveal()
      }),
    [market.market, reveal],
  )

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (sending || view.order === null) return
    const used = (): void => {
      dispatch({ type: 'sent', size: fields.size })
      onSent?.()
    }
    if (confirms) return requestOrder({ market: market.market, fields, asks: true, onSent: used })
    setSending(true)
    // A refusal keeps every field as it is; only an order that went out uses the size up.
    if (await placeOrder(view.order, market).finally(() => setSending(false))) used()
  }

  const part = { market, fields, context, view, dispatch }
  const form = useRef<HTMLFormElement>(null)
  useTicketDesk(part, form, reveal)
  return (
    <form
      ref={form}
      aria-label={t('Order for {market}', { market: market.market })}
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-2.5 p-3"
    >
      <Onboarding />
      <Segmented
        label={t('Side')}
        value={fields.side}
        onChange={(next) => dispatch({ type: 'edit', change: { side: next } })}
        items={[
          { value: 'buy', label: t('Buy / Long'), tone: 'buy' },
          { value: 'sell', label: t('Sell / Short'), tone: 'sell' },
        ]}
      />
      <KindBar kind={fields.kind} onChange={(kind) => dispatch({ type: 'kind', kind, reduces: reduces() })} />
      <PriceFields {...part} />
      <SizeFields {...part} />
      <ProtectFields {...part} />
      <Conditions fields={fields} dispatch={dispatch} />
      <SubmitButton fields={fields} view={view} sending={sending} dispatch={dispatch} />
      {context.portfolio !== null && <OneClickLine />}
      <Summary market={market} fields={fields} view={view} onSlippage={(slippageBps) => setSettings({ slippageBps })} />
    </form>
  )

  function reduces(): boolean {
    const { market: priced, portfolio } = context
    return priced !== null && portfolio !== null && closableBase(fields.side, priced, portfolio) > 0n
  }
}

function actionOf(intent: Intent): TicketAction {
  if (intent.type === 'price') return { type: 'takePrice', text: intent.price }
  return { ...intent, type: 'takeRange' }
}

function TicketSkeleton() {
  return (
    <div role="status" aria-label={t('The order form is loading')} className="flex flex-col gap-2.5 p-3">
      {['h-8', 'h-7', 'h-9', 'h-4', 'h-[30px]', 'h-10'].map((height) => (
        <Skeleton key={height} className={height} />
      ))}
    </div>
  )
}
