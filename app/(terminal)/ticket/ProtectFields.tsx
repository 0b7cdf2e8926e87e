import { t, word } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf, formatUsd, signColor } from '#app/ui/format.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { quoteText } from '../account/decimal.ts'
import type { ProtectUnit } from './fields.ts'
import { KINDS } from './kinds.ts'
import { errorOf, type PartProps } from './part.ts'
import type { Protected } from './protection.ts'
import { priceOf } from './words.ts'

const PROTECT_UNITS = [
  { value: 'price', label: word('Price'), hint: undefined },
  { value: 'percent', label: '%', hint: word('from the entry') },
  { value: 'pnl', label: 'PnL', hint: word('in USDC, before costs') },
] as const satisfies readonly { value: ProtectUnit; label: string; hint: string | undefined }[]

/** A take-profit and a stop-loss that go with the order: they sleep until it fills, and cover what it fills. */
export function ProtectFields(part: PartProps) {
  const { fields, dispatch } = part
  if (!KINDS[fields.kind].mayProtect || fields.reduceOnly) return null
  return (
    <>
      <div className="flex min-h-5 items-center">
        <Checkbox checked={fields.protect} onChange={(protect) => dispatch({ type: 'edit', change: { protect } })}>
          {t('Take profit / stop loss')}
        </Checkbox>
        {fields.protect && (
          <span className="ml-auto text-muted">
            <SelectMenu
              label={t('Take profit and stop loss by')}
              align="end"
              value={fields.protectUnit}
              onChange={(protectUnit) =>
                dispatch({ type: 'edit', change: { protectUnit, takeProfit: '', stopLoss: '' } })
              }
              items={PROTECT_UNITS.map(({ value, label, hint }) => ({
                value,
                label: t(label),
                hint: hint === undefined ? undefined : t(hint),
              }))}
            />
          </span>
        )}
      </div>
      {fields.protect && (
        <div className="grid grid-cols-2 items-start gap-1.5">
          <ProtectInput {...part} field="takeProfit" />
          <ProtectInput {...part} field="stopLoss" />
        </div>
      )}
    </>
  )
}

function ProtectInput({
  market,
  fields,
  view,
  context,
  dispatch,
  field,
}: PartProps & { field: 'takeProfit' | 'stopLoss' }) {
  const { protectUnit } = fields
  const { tickSize } = market.params
  const error = errorOf(view, field)
  return (
    <div className="grid gap-1">
      <NumberField
        dense
        label={
          field === 'takeProfit' ? (
            <Short text="TP" name={t('Take profit')} />
          ) : (
            <Short text="SL" name={t('Stop loss')} />
          )
        }
        value={fields[field]}
        onChange={(text) => dispatch({ type: 'edit', change: { [field]: text } })}
        decimals={protectUnit === 'price' ? decimalsOf(tickSize) : 2}
        step={protectUnit === 'price' ? tickSize : protectUnit === 'percent' ? '0.1' : '10'}
        placeholder={protectUnit === 'price' ? t('none') : '0'}
        inputClassName={field === 'takeProfit' ? 'text-up' : 'text-down'}
        suffix={protectUnit === 'percent' ? '%' : protectUnit === 'pnl' ? '$' : undefined}
        error={error}
      />
      {error === undefined && <Outcome found={view.protection[field]} byPrice={protectUnit === 'price'} at={context} />}
    </div>
  )
}

/** Two letters for the eye, the whole name for the ear. */
function Short({ text, name }: { text: string; name: string }) {
  return (
    <>
      <span aria-hidden>{text}</span>
      <span className="sr-only">{name}</span>
    </>
  )
}

/** Where it triggers, and what the trade has then brought; the line keeps its place while there is nothing to say. */
function Outcome({ found, byPrice, at }: { found: Protected | null; byPrice: boolean; at: PartProps['context'] }) {
  const pnl = found === null || found.pnl === null ? null : formatUsd(quoteText(found.pnl), { sign: true })
  return (
    <p className="flex h-3.5 justify-between text-faint text-xs">
      <span>{found !== null && !byPrice && at.market !== null && priceOf(found.trigger, at.market)}</span>
      {pnl !== null && (
        <span
          className={cx(signColor(pnl))}
          title={t('Profit or loss once it has closed, fees of both trades included')}
        >
          {pnl}
        </span>
      )}
    </p>
  )
}
