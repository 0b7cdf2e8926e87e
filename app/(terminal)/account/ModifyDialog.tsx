'use client'
import { type FormEvent, useState } from 'react'
import { useMarket } from '#app/data/market.tsx'
import { midSentence, t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf } from '#app/ui/format.ts'
import type { MarketDto, OrderDto } from '#server/exchange/schema.ts'
import { change } from './actions.ts'
import { dropEditRequests } from './edit-requests.ts'
import { type ModifyField, modifiableFields, planModification } from './modify.ts'
import { describeOrder, sideName } from './order-words.ts'
import { usePortfolio } from './use-portfolio.ts'

/** Changes an open order in place. It keeps its id; unless only its size falls, it queues anew. */
export function ModifyDialog({ order }: { order: OrderDto }) {
  const market = useMarket(order.market)
  return market === undefined ? null : <ModifyForm key={order.orderId} order={order} market={market} />
}

const LABELS: Readonly<Record<ModifyField, string>> = {
  triggerPrice: word('Trigger'),
  trailingDistance: word('Distance'),
  pegOffset: word('Offset'),
  limitPrice: word('Limit price'),
  size: word('Size'),
}

function ModifyForm({ order, market }: { order: OrderDto; market: MarketDto }) {
  const [fields, setFields] = useState(() => modifiableFields(order))
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const { portfolio, views } = usePortfolio()
  const view = views.get(order.market)
  const plan = view === undefined ? null : planModification(order, fields, view, portfolio)
  const { tickSize, stepSize } = market.params

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const args = plan?.change
    if (args == null || busy) return
    setBusy(true)
    setRefusal(null)
    const title = t('Modify {order}', { order: describeOrder(order, market) })
    const outcome = await change(title, [order], (exchange, account) =>
      exchange.modifyOrder(account, market.index, args),
    )
    setBusy(false)
    if (outcome.kind === 'confirmed') dropEditRequests()
    else setRefusal(outcome.error.message)
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && dropEditRequests()}
      title={t('Modify {order}', { order: midSentence(sideName(order)) })}
      description={t('{market} #{id}. A change other than a smaller size makes it queue anew.', {
        market: market.market,
        id: order.orderId,
      })}
    >
      <form className="grid gap-2.5" onSubmit={(event) => void submit(event)}>
        {(Object.keys(fields) as ModifyField[]).map((field) => (
          <NumberField
            key={field}
            label={labelOf(field, order)}
            value={fields[field] ?? ''}
            onChange={(text) => setFields({ ...fields, [field]: text })}
            decimals={field === 'pegOffset' ? 6 : decimalsOf(field === 'size' ? stepSize : tickSize)}
            step={field === 'size' ? stepSize : tickSize}
            allowNegative={field === 'pegOffset'}
            placeholder={order.pegOffset === null ? '0' : t('no bound')}
            suffix={field === 'size' ? market.baseSymbol : 'USDC'}
            error={plan?.problems[field]}
          />
        ))}
        {(plan?.problems.order ?? refusal) !== null && (
          <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs empty:hidden">
            {plan?.problems.order ?? refusal}
          </p>
        )}
        <Button type="submit" variant="primary" size="lg" busy={busy} disabled={plan?.change == null}>
          {plan === null ? t('Waiting for the price…') : t('Modify order')}
        </Button>
      </form>
    </Dialog>
  )
}

function labelOf(field: ModifyField, { pegOffset, side }: OrderDto): string {
  if (field === 'limitPrice' && pegOffset !== null) return t(side === 'buy' ? 'Never above' : 'Never below')
  return t(LABELS[field])
}
