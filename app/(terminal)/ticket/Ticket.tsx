'use client'
import { type FormEvent, useEffect, useId, useReducer, useState } from 'react'
import { useMarket } from '#app/data/market.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf } from '#app/ui/format.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Slider } from '#app/ui/Slider.tsx'
import { Skeleton } from '#app/ui/states.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import type { MarketDto, MarketId, Side } from '#server/exchange/schema.ts'
import { initialFields, reduceTicket, type TicketFields } from './fields.ts'
import { subscribe } from './intent.ts'
import { evaluateTicket, sizeAtPercent, sizeInUnit } from './model.ts'
import { Onboarding } from './Onboarding.tsx'
import { placeOrder } from './place-order.ts'
import { recallPreferences, rememberPreferences } from './preferences.ts'
import type { Problem } from './problems.ts'
import { SubmitButton } from './SubmitButton.tsx'
import { Summary } from './Summary.tsx'
import { useTicketContext } from './use-ticket-context.ts'

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
  const [fields, dispatch] = useReducer(reduceTicket, undefined, () => initialFields(side))
  const [sending, setSending] = useState(false)
  const context = useTicketContext(market)
  const view = evaluateTicket(fields, context)

  useEffect(() => dispatch({ type: 'recall', preferences: recallPreferences() }), [])
  useEffect(() => rememberPreferences(fields), [fields])
  useEffect(() => subscribe(market.market, (price) => dispatch({ type: 'takePrice', text: price })), [market.market])

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (sending || view.order === null) return
    setSending(true)
    // A refusal keeps every field as it is; only an order that went out uses the size up.
    const outcome = await placeOrder(view.order, market).finally(() => setSending(false))
    if (outcome.kind !== 'confirmed') return
    dispatch({ type: 'sent', size: fields.size })
    onSent?.()
  }

  const { stepSize, tickSize, maxLeverage } = market.params
  const fieldError = (field: Problem['field']): string | undefined =>
    view.problems.find((problem) => problem.field === field && problem.shown)?.message
  const setPercent = (percent: number): void =>
    dispatch({ type: 'percent', percent, size: sizeAtPercent({ ...fields, percent }, context, percent) })
  const setLeverage = (leverage: number): void => {
    dispatch({ type: 'leverage', leverage })
    if (fields.percent !== null) {
      dispatch({
        type: 'percent',
        percent: fields.percent,
        size: sizeAtPercent({ ...fields, leverage }, context, fields.percent),
      })
    }
  }

  return (
    <form
      aria-label={`Order for ${market.market}`}
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-2.5 p-3"
    >
      <Onboarding />
      <Segmented
        label="Side"
        value={fields.side}
        onChange={(side) => dispatch({ type: 'side', side })}
        items={[
          { value: 'buy', label: 'Buy / Long', tone: 'buy' },
          { value: 'sell', label: 'Sell / Short', tone: 'sell' },
        ]}
      />
      <Segmented
        dense
        label="Order type"
        value={fields.type}
        onChange={(orderType) => dispatch({ type: 'orderType', orderType })}
        items={[
          { value: 'market', label: 'Market' },
          { value: 'limit', label: 'Limit' },
        ]}
      />
      {fields.type === 'limit' && (
        <NumberField
          label="Price"
          suffix="USDC"
          value={fields.price}
          onChange={(text) => dispatch({ type: 'price', text })}
          decimals={decimalsOf(tickSize)}
          step={tickSize}
          placeholder={view.placeholderPrice}
          error={fieldError('price')}
        />
      )}
      <NumberField
        label="Size"
        value={fields.size}
        onChange={(text) => dispatch({ type: 'size', text })}
        decimals={fields.sizeUnit === 'base' ? decimalsOf(stepSize) : 2}
        step={fields.sizeUnit === 'base' ? stepSize : '10'}
        placeholder="0"
        error={fieldError('size')}
        suffix={
          <SelectMenu
            label="Size unit"
            align="end"
            value={fields.sizeUnit}
            onChange={(unit) => dispatch({ type: 'sizeUnit', unit, size: sizeInUnit(fields, context, unit) })}
            items={[
              { value: 'base', label: market.baseSymbol },
              { value: 'quote', label: 'USDC' },
            ]}
          />
        }
      />
      <Slider
        label="Size, share of the largest"
        value={fields.percent ?? view.percent}
        onChange={setPercent}
        max={100}
        valueText={`${fields.percent ?? view.percent} percent`}
        disabled={view.maxBase === 0n}
        marks={SIZE_MARKS}
      />
      <LeverageRow leverage={fields.leverage} max={maxLeverage} onChange={setLeverage} />
      <Flags fields={fields} dispatch={dispatch} />
      <SubmitButton fields={fields} view={view} sending={sending} dispatch={dispatch} />
      <Summary market={market} fields={fields} view={view} onSlippage={(bps) => dispatch({ type: 'slippage', bps })} />
    </form>
  )
}

const SIZE_MARKS = [
  { value: 0, label: '0' },
  { value: 25, label: '25\u202f%' },
  { value: 50, label: '50\u202f%' },
  { value: 75, label: '75\u202f%' },
  { value: 100, label: 'Max' },
]

function LeverageRow({
  leverage,
  max,
  onChange,
}: {
  leverage: number
  max: number
  onChange: (leverage: number) => void
}) {
  const id = useId()
  return (
    <div
      className="flex h-[30px] items-center gap-2.5 rounded-md bg-raised px-2.5"
      title="Largest order as a multiple of your free collateral"
    >
      <span id={id} className="text-faint">
        Leverage
      </span>
      <Slider
        label="Leverage"
        min={1}
        max={max}
        value={leverage}
        onChange={onChange}
        valueText={`${leverage} times`}
        className="grow"
      />
      <output aria-labelledby={id} className="w-8 text-right font-medium text-md">
        {leverage}×
      </output>
    </div>
  )
}

function Flags({
  fields,
  dispatch,
}: {
  fields: TicketFields
  dispatch: (action: Parameters<typeof reduceTicket>[1]) => void
}) {
  return (
    <div className="flex min-h-5 items-center gap-3.5">
      <Checkbox checked={fields.reduceOnly} onChange={(on) => dispatch({ type: 'reduceOnly', on })}>
        Reduce only
      </Checkbox>
      {fields.type === 'limit' && (
        <Checkbox checked={fields.postOnly} onChange={(on) => dispatch({ type: 'postOnly', on })}>
          Post only
        </Checkbox>
      )}
      {fields.type === 'limit' && (
        <span className="ml-auto text-muted">
          <SelectMenu
            label="Time in force"
            align="end"
            value={fields.timeInForce}
            onChange={(timeInForce) => dispatch({ type: 'timeInForce', timeInForce })}
            trigger={fields.timeInForce.toUpperCase()}
            items={[
              { value: 'gtc', label: 'GTC', hint: 'until cancelled' },
              { value: 'ioc', label: 'IOC', hint: 'at once or not at all' },
            ]}
          />
        </span>
      )}
    </div>
  )
}

function TicketSkeleton() {
  return (
    <div role="status" aria-label="The order form is loading" className="flex flex-col gap-2.5 p-3">
      {['h-8', 'h-7', 'h-9', 'h-4', 'h-[30px]', 'h-10'].map((height) => (
        <Skeleton key={height} className={height} />
      ))}
    </div>
  )
}
