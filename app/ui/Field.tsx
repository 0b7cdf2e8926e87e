import { type ComponentProps, type ReactNode, useId } from 'react'
import { cx } from './cx.ts'
import { numberMarks } from './format-choice.ts'
import { numberText } from './number-text.ts'

type FieldProps = Omit<ComponentProps<'input'>, 'size' | 'onChange' | 'value'> & {
  label: ReactNode
  value: string
  onChange: (value: string) => void
  /** Unit or menu at the right edge. */
  suffix?: ReactNode
  /** What is wrong, in words; replaces the hint. */
  error?: string | undefined
  hint?: string | undefined
  dense?: boolean
  inputClassName?: string
}

/** One row: label at the left, value at the right, unit after it. The whole row focuses the input. */
export function Field({
  label,
  value,
  onChange,
  suffix,
  error,
  hint,
  dense = false,
  className,
  inputClassName,
  ...rest
}: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={cx('grid gap-1', className)}>
      <label
        htmlFor={id}
        className={cx(
          'flex cursor-text items-center rounded-md border bg-raised px-2.5 transition-[border-color,box-shadow] focus-within:ring-3',
          dense ? 'h-[30px]' : 'h-9',
          error === undefined
            ? 'border-transparent hover:border-line-strong focus-within:border-accent focus-within:ring-accent-soft'
            : 'border-down focus-within:ring-down-soft',
        )}
      >
        <span id={`${id}-label`} className="shrink-0 text-faint">
          {label}
        </span>
        <input
          id={id}
          aria-labelledby={`${id}-label`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          autoComplete="off"
          className={cx(
            'ml-auto w-full min-w-0 bg-transparent pl-2 text-right font-medium text-md outline-none placeholder:text-ghost disabled:opacity-45',
            inputClassName,
          )}
          {...rest}
        />
        {suffix !== undefined && <span className="ml-1.5 shrink-0 text-faint">{suffix}</span>}
      </label>
      {note !== undefined && (
        <p id={`${id}-note`} className={cx('text-xs', error === undefined ? 'text-faint' : 'text-down')}>
          {note}
        </p>
      )}
    </div>
  )
}

type NumberFieldProps = Omit<FieldProps, 'inputMode' | 'type'> & {
  /** Most decimals that may be typed. */
  decimals?: number
  /** ArrowUp and ArrowDown move by this much, with Shift by ten times. Exact decimal text. */
  step?: string
  allowNegative?: boolean
}

/** A decimal number as exact text: what is typed is what is kept; anything that is no number never gets in. */
export function NumberField({
  decimals = 18,
  step,
  allowNegative = false,
  onChange,
  value,
  ...rest
}: NumberFieldProps) {
  const accept = (typed: string) => {
    const text = numberText(typed, value)
    const [whole = '', fraction] = text.split('.')
    if (!(allowNegative ? /^-?\d*\.?\d*$/ : /^\d*\.?\d*$/).test(text)) return
    onChange(fraction === undefined ? whole : decimals === 0 ? whole : `${whole}.${fraction.slice(0, decimals)}`)
  }
  return (
    <Field
      {...rest}
      inputMode="decimal"
      value={value.replace('.', numberMarks().point)}
      onChange={accept}
      onKeyDown={(event) => {
        if (step === undefined || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
        event.preventDefault()
        const times = (event.key === 'ArrowUp' ? 1n : -1n) * (event.shiftKey ? 10n : 1n)
        accept(stepBy(value, step, times, allowNegative))
      }}
    />
  )
}

/** `value + step × times`, exactly, not below zero unless allowed. */
function stepBy(value: string, step: string, times: bigint, allowNegative: boolean): string {
  const scale = Math.max(fractionOf(value).length, fractionOf(step).length)
  const sum = scaled(value, scale) + scaled(step, scale) * times
  const kept = sum < 0n && !allowNegative ? 0n : sum
  const digits = (kept < 0n ? -kept : kept).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return kept < 0n ? `-${text}` : text
}
const fractionOf = (text: string) => text.split('.')[1] ?? ''
const scaled = (text: string, scale: number) => {
  const digits = BigInt(`${text.replace('-', '').split('.')[0] || '0'}${fractionOf(text).padEnd(scale, '0')}`)
  return text.startsWith('-') ? -digits : digits
}
