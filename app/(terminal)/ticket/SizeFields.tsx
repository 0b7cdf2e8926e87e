import { useId } from 'react'
import { t, word } from '#app/i18n/t.ts'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf, formatSize } from '#app/ui/format.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Slider } from '#app/ui/Slider.tsx'
import { baseText } from '../account/decimal.ts'
import type { TicketFields } from './fields.ts'
import { sizeAtPercent, sizeInUnit } from './model.ts'
import { errorOf, type PartProps } from './part.ts'

const SIZE_MARKS = [
  { value: 0, label: '0' },
  { value: 25, label: '25\u202f%' },
  { value: 50, label: '50\u202f%' },
  { value: 75, label: '75\u202f%' },
  { value: 100, label: word('Max') },
]

const STEP = { quote: '10', percent: '1' } as const

/** How much: in base, in USDC or as a share of the largest, and how large that is. */
export function SizeFields({ market, fields, context, view, dispatch }: PartProps) {
  const { stepSize, maxLeverage } = market.params
  const slide = (change: Partial<TicketFields>, percent: number): void =>
    dispatch({ type: 'percent', percent, size: sizeAtPercent({ ...fields, ...change }, context, percent) })
  const setLeverage = (leverage: number): void => {
    dispatch({ type: 'edit', change: { leverage } })
    if (fields.percent !== null) slide({ leverage }, fields.percent)
  }
  return (
    <>
      <NumberField
        label={t('Size')}
        name="size"
        value={fields.size}
        onChange={(text) => dispatch({ type: 'size', text })}
        decimals={fields.sizeUnit === 'base' ? decimalsOf(stepSize) : 2}
        step={fields.sizeUnit === 'base' ? stepSize : STEP[fields.sizeUnit]}
        placeholder="0"
        error={errorOf(view, 'size')}
        hint={fields.sizeUnit === 'base' ? undefined : inBase(view.base, market)}
        suffix={
          <SelectMenu
            label={t('Size unit')}
            align="end"
            value={fields.sizeUnit}
            onChange={(unit) => dispatch({ type: 'sizeUnit', unit, size: sizeInUnit(fields, context, unit) })}
            items={[
              { value: 'base', label: market.baseSymbol },
              { value: 'quote', label: 'USDC' },
              { value: 'percent', label: '%', hint: t('of the largest') },
            ]}
          />
        }
      />
      <Slider
        label={t('Size, share of the largest')}
        value={fields.percent ?? view.percent}
        onChange={(percent) => slide({}, percent)}
        max={100}
        valueText={t('{value} percent', { value: fields.percent ?? view.percent })}
        disabled={view.maxBase === 0n}
        marks={SIZE_MARKS.map(({ value, label }) => ({ value, label: t(label) }))}
      />
      <LeverageRow leverage={fields.leverage} max={maxLeverage} onChange={setLeverage} />
    </>
  )
}

const inBase = (base: bigint, market: PartProps['market']): string =>
  formatSize(baseText(base), market.params.stepSize, { suffix: ` ${market.baseSymbol}` })

type LeverageProps = { leverage: number; max: number; onChange: (leverage: number) => void }

function LeverageRow({ leverage, max, onChange }: LeverageProps) {
  const id = useId()
  return (
    <div
      className="flex h-[30px] items-center gap-2.5 rounded-md bg-raised px-2.5"
      title={t('Largest order as a multiple of your free collateral')}
    >
      <span id={id} className="text-faint">
        {t('Leverage')}
      </span>
      <Slider
        label={t('Leverage')}
        min={1}
        max={max}
        value={leverage}
        onChange={onChange}
        valueText={t('{value} times', { value: leverage })}
        className="grow"
      />
      <output aria-labelledby={id} className="w-8 text-right font-medium text-md">
        {leverage}×
      </output>
    </div>
  )
}
