import type { CSSProperties } from 'react'
import { cx } from './cx.ts'
import './slider.css'

type SliderProps = {
  label: string
  value: number
  onChange: (value: number) => void
  min?: number
  max: number
  step?: number
  /** What a screen reader says for the value, e.g. "25 percent". */
  valueText?: string
  /** Marks under the track, evenly spread from min to max; a click jumps there. */
  marks?: readonly { value: number; label: string }[]
  disabled?: boolean
  className?: string
}

/** The browser's own range input in our dress: keys, touch and screen readers as everywhere. */
export function Slider({
  label,
  value,
  onChange,
  min = 0,
  max,
  step = 1,
  valueText,
  marks,
  disabled = false,
  className,
}: SliderProps) {
  const share = max > min ? ((Math.min(Math.max(value, min), max) - min) / (max - min)) * 100 : 0
  return (
    <div className={cx('grid gap-1', className)}>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={valueText}
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(Number(event.target.value))}
        className="slider"
        style={{ '--share': `${share}%` } as CSSProperties}
      />
      {marks !== undefined && (
        <div className="flex justify-between text-2xs text-faint">
          {marks.map((mark) => (
            <button
              key={mark.value}
              type="button"
              tabIndex={-1}
              disabled={disabled}
              onClick={() => onChange(mark.value)}
              className="hover:text-text"
            >
              {mark.label}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
