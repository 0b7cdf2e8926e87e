import { t, word } from '#app/i18n/t.ts'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf, formatSize } from '#app/ui/format.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { baseText } from '../account/decimal.ts'
import type { LadderShape, TicketFields } from './fields.ts'
import { MOST_RUNGS } from './ladder.ts'
import { errorOf, type PartProps } from './part.ts'
import { askedPrices, type PriceField } from './prices.ts'
import { INTERVALS, slicesOf } from './twap-terms.ts'
import { priceOf } from './words.ts'

/** The prices this kind of order asks for, in the order in which one thinks of them. */
export function PriceFields(part: PartProps) {
  const { fields } = part
  const [first, second] = askedPrices(fields)
  if (first === undefined) return null
  if (fields.kind === 'ladder') return <LadderFields {...part} />
  if (fields.kind === 'twap') return <TwapFields {...part} />
  return (
    <>
      <PriceInput {...part} field={first} />
      {second !== undefined && <PriceInput {...part} field={second} />}
    </>
  )
}

const LABELS: Readonly<Record<PriceField, string>> = {
  price: word('Price'),
  bound: word('Bound'),
  trigger: word('Trigger'),
  // A choice of one: the other “To”, of a transfer, is another word elsewhere.
  lastPrice: word('{field, select, other {To}}'),
  distance: word('Distance'),
  offset: word('Offset'),
  takeProfit: 'TP',
  stopLoss: 'SL',
}

function labelOf(field: PriceField, { kind, side }: TicketFields): string {
  if (kind === 'oco') return t(field === 'price' ? 'Limit price' : 'Stop trigger')
  if (field === 'bound') return t(side === 'buy' ? 'Never above' : 'Never below')
  if (field !== 'price') return t(LABELS[field], { field })
  if (kind === 'stop' || kind === 'takeProfit') return t('Limit price')
  return t(kind === 'ladder' ? 'From' : 'Price')
}

type PriceInputProps = PartProps & { field: PriceField; dense?: boolean }

function PriceInput({ market, fields, view, dispatch, field, context, dense = false }: PriceInputProps) {
  const { tickSize } = market.params
  const isDistance = field === 'distance' || field === 'offset'
  const isPercent = isDistance && fields.distanceUnit === 'percent'
  return (
    <NumberField
      label={labelOf(field, fields)}
      value={fields[field]}
      onChange={(text) => dispatch({ type: 'edit', change: { [field]: text } })}
      decimals={isPercent ? 4 : decimalsOf(tickSize)}
      step={isPercent ? '0.1' : tickSize}
      allowNegative={field === 'offset'}
      placeholder={isDistance ? '0' : field === 'bound' ? t('no bound') : view.placeholderPrice}
      error={errorOf(view, field)}
      hint={isDistance ? hintOf(field, view.reference, context.market) : undefined}
      dense={dense}
      suffix={
        isDistance ? (
          <SelectMenu
            label={t(field === 'offset' ? 'Unit of the offset' : 'Unit of the distance')}
            align="end"
            value={fields.distanceUnit}
            onChange={(distanceUnit) => dispatch({ type: 'edit', change: { distanceUnit } })}
            items={[
              { value: 'price', label: 'USDC' },
              { value: 'percent', label: '%' },
            ]}
          />
        ) : field === 'trigger' && fields.kind !== 'oco' ? (
          <SelectMenu
            label={t('Once triggered')}
            align="end"
            value={fields.execution}
            onChange={(execution) => dispatch({ type: 'edit', change: { execution } })}
            items={[
              { value: 'market', label: t('Market'), hint: t('fills at the next price') },
              { value: 'limit', label: t('Limit'), hint: t('never worse than your price') },
            ]}
          />
        ) : (
          !dense && 'USDC'
        )
      }
    />
  )
}

/** Where a distance leads now; the line is there from the start, so that nothing moves when it has something to say. */
function hintOf(field: PriceField, reference: bigint | null, market: PartProps['context']['market']): string {
  const at = reference === null || market === null ? null : priceOf(reference, market)
  if (field === 'offset') {
    return at === null
      ? t('Below the oracle is negative')
      : t('Stands at {price} now, follows the oracle', { price: at })
  }
  return at === null
    ? t('Behind the best price since it is placed')
    : t('Triggers at {price} now, follows the best price', { price: at })
}

const SHAPES = [
  { value: 'even', label: word('Even') },
  { value: 'first', label: word('More at the first') },
  { value: 'last', label: word('More at the last') },
] as const satisfies readonly { value: LadderShape; label: string }[]

function LadderFields(part: PartProps) {
  const { fields, dispatch } = part
  return (
    <>
      <div className="grid grid-cols-2 items-start gap-1.5">
        <PriceInput {...part} field="price" dense />
        <PriceInput {...part} field="lastPrice" dense />
      </div>
      <div className="grid grid-cols-2 gap-1.5">
        <NumberField
          dense
          label={t('Orders')}
          value={String(fields.count)}
          onChange={(text) => dispatch({ type: 'edit', change: { count: countOf(text) } })}
          decimals={0}
          step="1"
        />
        <SelectMenu
          label={t('How sizes are spread')}
          align="end"
          value={fields.shape}
          onChange={(shape) => dispatch({ type: 'edit', change: { shape } })}
          items={SHAPES.map(({ value, label }) => ({ value, label: t(label) }))}
          triggerClassName="h-[30px] justify-between rounded-md bg-raised px-2.5 text-text"
        />
      </div>
    </>
  )
}

const countOf = (text: string): number => Math.min(MOST_RUNGS, Math.max(2, Number(text) || 2))

/** How long, how often, and beyond which price not at all. */
function TwapFields(part: PartProps) {
  const { fields, view, dispatch, market } = part
  const slices = slicesOf(fields)
  const each = slices === null || view.base === 0n ? null : baseText(view.base / BigInt(slices))
  return (
    <>
      <div className="grid grid-cols-2 items-start gap-1.5">
        <NumberField
          dense
          label={t('Runs for')}
          value={fields.duration}
          onChange={(duration) => dispatch({ type: 'edit', change: { duration } })}
          decimals={1}
          step="5"
          suffix="min"
          error={errorOf(view, 'duration')}
        />
        <SelectMenu
          label={t('Time between slices')}
          align="end"
          value={String(fields.intervalS)}
          onChange={(value) => dispatch({ type: 'edit', change: { intervalS: Number(value) } })}
          items={INTERVALS.map(({ seconds, label }) => ({ value: String(seconds), label: t(label) }))}
          triggerClassName="h-[30px] justify-between rounded-md bg-raised px-2.5 text-text"
        />
      </div>
      <PriceInput {...part} field="bound" dense />
      <div className="flex items-center justify-between gap-2 text-xs">
        <Checkbox
          checked={fields.randomise}
          onChange={(randomise) => dispatch({ type: 'edit', change: { randomise } })}
        >
          {t('Vary sizes and times')}
        </Checkbox>
        <span className="text-faint">
          {slices === null
            ? ''
            : each === null
              ? t('{count} slices', { count: slices })
              : t('{count} slices of about {size}', {
                  count: slices,
                  size: formatSize(each, market.params.stepSize, { suffix: ` ${market.baseSymbol}` }),
                })}
        </span>
      </div>
      <p className="text-faint text-xs">
        {t(
          'This browser sends the slices while a tab of this page is open, with its trading key. Closed, it waits, and goes on at the next visit until its time is over.',
        )}
      </p>
    </>
  )
}
