'use client'
import { type FormEvent, useState } from 'react'
import { useMarket } from '#app/data/market.tsx'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf, formatPrice, formatSize, formatUsd, signColor } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import type { Price } from '#client/units.ts'
import type { MarketDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import type { Parsed, ProtectUnit } from '../ticket/fields.ts'
import { misreadText } from '../ticket/misread.ts'
import { protectionPrice } from '../ticket/prices.ts'
import { abs, priceText, quoteText, toBase } from './decimal.ts'
import { dropEditRequests } from './edit-requests.ts'
import type { MarketView } from './market-view.ts'
import { positionFigures, profitAt } from './position-figures.ts'
import { protectingOrders, protectionOf } from './position-protection.ts'
import { replaceOrders } from './replace-orders.ts'
import { usePortfolio } from './use-portfolio.ts'

/** Take-profit and stop-loss of a position: replaced together, so that one always cancels the other. */
export function ProtectDialog({ position, subAccount }: { position: PositionDto; subAccount: SubAccountDto }) {
  const market = useMarket(position.market)
  return market === undefined ? null : <ProtectForm position={position} orders={subAccount.orders} market={market} />
}

const UNITS = [
  { value: 'price', label: word('Price') },
  { value: 'percent', label: word('% from entry') },
  { value: 'pnl', label: 'PnL' },
] as const satisfies readonly { value: ProtectUnit; label: string }[]

type Side = 'takeProfit' | 'stopLoss'
type FormProps = { position: PositionDto; orders: SubAccountDto['orders']; market: MarketDto }

function ProtectForm({ position, orders, market }: FormProps) {
  const standing = protectionOf(position, orders)
  const [unit, setUnit] = useState<ProtectUnit>('price')
  const [texts, setTexts] = useState(() => ({
    takeProfit: standing.takeProfit?.triggerPrice ?? '',
    stopLoss: standing.stopLoss?.triggerPrice ?? '',
  }))
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const view = usePortfolio().views.get(position.market)
  const { entryPrice } = positionFigures(position)
  const takeProfit = view === undefined ? null : judge('takeProfit', texts.takeProfit, unit, position, view)
  const stopLoss = view === undefined ? null : judge('stopLoss', texts.stopLoss, unit, position, view)
  const isSound = takeProfit?.problem === undefined && stopLoss?.problem === undefined
  const replaced = [standing.takeProfit, standing.stopLoss].filter((order) => order !== null)
  const wanted = { takeProfit: takeProfit?.at ?? null, stopLoss: stopLoss?.at ?? null }
  const isEmpty = wanted.takeProfit === null && wanted.stopLoss === null && replaced.length === 0

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (busy || view === undefined || !isSound || isEmpty) return
    setBusy(true)
    setRefusal(null)
    const outcome = await replaceOrders(market, replaced, protectingOrders(toBase(position.base), wanted))
    setBusy(false)
    if (outcome.kind === 'confirmed') dropEditRequests()
    else setRefusal(outcome.error.message)
  }

  const input = (side: Side, judged: Judged | null) => (
    <div className="grid gap-1">
      <NumberField
        label={t(side === 'takeProfit' ? 'Take profit' : 'Stop loss')}
        value={texts[side]}
        onChange={(text) => setTexts({ ...texts, [side]: text })}
        decimals={unit === 'price' ? decimalsOf(market.params.tickSize) : 2}
        step={unit === 'price' ? market.params.tickSize : unit === 'percent' ? '0.1' : '10'}
        placeholder={t('none')}
        suffix={unit === 'percent' ? '%' : 'USDC'}
        error={judged?.problem}
      />
      {judged?.problem === undefined && <Outcome judged={judged} position={position} market={market} />}
    </div>
  )

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && dropEditRequests()}
      title={t('Take profit and stop loss of {market}', { market: market.market })}
      description={t(
        'Both close the whole position at market once the oracle reaches them; what fills of one is taken off the other.',
      )}
    >
      <form className="grid gap-2.5" onSubmit={(event) => void submit(event)}>
        <KeyValueList>
          <KeyValue label={t('Position')}>
            {formatSize(position.base, market.params.stepSize, { suffix: ` ${market.baseSymbol}` })}
          </KeyValue>
          <KeyValue label={t('Entry')}>{formatPrice(priceText(entryPrice), market.params.tickSize)}</KeyValue>
          {view !== undefined && (
            <KeyValue label={t('Oracle')}>{formatPrice(priceText(view.price.price), market.params.tickSize)}</KeyValue>
          )}
        </KeyValueList>
        <Segmented
          dense
          label={t('Given by')}
          value={unit}
          items={UNITS.map(({ value, label }) => ({ value, label: t(label) }))}
          onChange={(next) => {
            setUnit(next)
            setTexts({
              takeProfit: next === 'price' && wanted.takeProfit !== null ? priceText(wanted.takeProfit) : '',
              stopLoss: next === 'price' && wanted.stopLoss !== null ? priceText(wanted.stopLoss) : '',
            })
          }}
        />
        {input('takeProfit', takeProfit)}
        {input('stopLoss', stopLoss)}
        {refusal !== null && (
          <p role="alert" className="rounded-md bg-down-soft px-3 py-2 text-down text-xs">
            {refusal}
          </p>
        )}
        <Button
          type="submit"
          variant="primary"
          size="lg"
          busy={busy}
          disabled={view === undefined || !isSound || isEmpty}
        >
          {t(wanted.takeProfit === null && wanted.stopLoss === null && replaced.length > 0 ? 'Remove both' : 'Save')}
        </Button>
      </form>
    </Dialog>
  )
}

type Judged = { at: Price | null; problem?: string }

/** Where it would trigger: on the right side of the price, or what is wrong. */
function judge(side: Side, text: string, unit: ProtectUnit, position: PositionDto, market: MarketView): Judged {
  const base = toBase(position.base)
  const { entryPrice } = positionFigures(position)
  const held = {
    price: entryPrice,
    size: abs(base),
    side: base > 0n ? 'buy' : 'sell',
    gains: side === 'takeProfit',
  } as const
  const parsed: Parsed = protectionPrice(text, unit, held, market)
  if ('empty' in parsed) return { at: null }
  if ('problem' in parsed) return { at: null, problem: misreadText(parsed.problem) }
  const price = (at: Price): string => formatPrice(priceText(at), priceText(market.tickSize))
  if (parsed.value % market.tickSize !== 0n) {
    return { at: null, problem: t('Prices move in steps of {step}.', { step: priceText(market.tickSize) }) }
  }
  const isAbove = (side === 'takeProfit') === base > 0n
  const oracle = market.price.price
  if (isAbove ? parsed.value > oracle : parsed.value < oracle) return { at: parsed.value }
  const values = { trigger: price(parsed.value), price: price(oracle) }
  return {
    at: null,
    problem: isAbove
      ? t('{trigger} is not above the price ({price}): it would close at once.', values)
      : t('{trigger} is not below the price ({price}): it would close at once.', values),
  }
}

function Outcome({ judged, position, market }: { judged: Judged | null } & Pick<FormProps, 'position' | 'market'>) {
  const at = judged?.at ?? null
  const pnl = at === null ? null : formatUsd(quoteText(profitAt(positionFigures(position), at)), { sign: true })
  return (
    <p className="flex h-3.5 justify-between text-faint text-xs">
      {at !== null && pnl !== null && (
        <>
          <span>{t('at {price}', { price: formatPrice(priceText(at), market.params.tickSize) })}</span>
          <span className={signColor(pnl)} title={t('Before fees and slippage')}>
            {pnl}
          </span>
        </>
      )}
    </p>
  )
}
