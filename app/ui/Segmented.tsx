import { type ReactNode, useId } from 'react'
import { cx } from './cx.ts'

export type Segment<Value extends string> = {
  value: Value
  label: ReactNode
  tone?: 'buy' | 'sell'
  disabled?: boolean
}

type SegmentedProps<Value extends string> = {
  items: readonly Segment<Value>[]
  value: Value
  onChange: (value: Value) => void
  label: string
  dense?: boolean
  className?: string
}

const ON = {
  plain: 'has-checked:bg-hover has-checked:text-text',
  buy: 'has-checked:bg-up has-checked:text-up-ink has-checked:font-semibold',
  sell: 'has-checked:bg-down has-checked:text-down-ink has-checked:font-semibold',
} as const

/** One of a few, side by side. Radio buttons underneath, so arrows and screen readers work as they do everywhere. */
export function Segmented<Value extends string>({
  items,
  value,
  onChange,
  label,
  dense = false,
  className,
}: SegmentedProps<Value>) {
  const name = useId()
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={cx('grid auto-cols-fr grid-flow-col rounded-md bg-raised p-0.5', dense ? 'h-7' : 'h-8', className)}
    >
      {items.map((item) => (
        <label
          key={item.value}
          className={cx(
            'grid select-none place-items-center rounded-sm font-medium text-muted transition-colors has-disabled:cursor-not-allowed has-disabled:opacity-45 has-focus-visible:outline-2 has-focus-visible:outline-accent hover:text-text',
            ON[item.tone ?? 'plain'],
          )}
        >
          <input
            type="radio"
            name={name}
            value={item.value}
            checked={item.value === value}
            disabled={item.disabled}
            onChange={() => onChange(item.value)}
            className="sr-only"
          />
          {item.label}
        </label>
      ))}
    </div>
  )
}
