'use client'
import { type KeyboardEvent, type PointerEvent, useId, useState } from 'react'
import { cx } from '#app/ui/cx.ts'
import { formatDateTime } from '#app/ui/format.ts'

export type Point = { at: number; value: number }

type LineChartProps = {
  label: string
  points: readonly Point[]
  /** A value as text, on the axis and at the pointer. */
  format: (value: number) => string
  /** Drawn through zero, and coloured by the sign of the last value. */
  signed?: boolean
  className?: string
}

const GRID_LINES = 4
/** Room above and below the line, a share of the height. */
const MARGIN = 0.08

/** A line over time, drawn by the server too: some hundred points need no canvas. Arrow keys read it point by point. */
export function LineChart({ label, points, format, signed = false, className }: LineChartProps) {
  const [hovered, setHovered] = useState<number | null>(null)
  const gradient = useId()
  const { x, y, low, high } = scaleOf(points, signed)
  const line = points.map(
    (point, index) => `${index === 0 ? 'M' : 'L'}${x(point).toFixed(2)} ${y(point.value).toFixed(2)}`,
  )
  const floor = signed ? y(0) : 100
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return null
  const area = `${line.join('')}L${x(last).toFixed(2)} ${floor}L${x(first).toFixed(2)} ${floor}Z`
  const color = !signed ? 'var(--accent)' : last.value < 0 ? 'var(--down)' : 'var(--up)'
  const active = hovered === null ? undefined : points[hovered]

  const point = (event: PointerEvent<HTMLDivElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const at = ((event.clientX - left) / width) * 100
    setHovered(nearest(points, x, at))
  }
  const step = (event: KeyboardEvent): void => {
    const to = { ArrowRight: 1, ArrowLeft: -1, Home: -points.length, End: points.length }[event.key]
    if (to === undefined) return
    event.preventDefault()
    setHovered(Math.min(points.length - 1, Math.max(0, (hovered ?? points.length - 1) + to)))
  }
  return (
    <div className={cx('grid grid-cols-[minmax(0,1fr)_auto] grid-rows-[minmax(0,1fr)_auto] gap-x-2', className)}>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={points.length - 1}
        aria-valuenow={hovered ?? points.length - 1}
        aria-valuetext={`${formatDateTime((active ?? last).at)}: ${format((active ?? last).value)}`}
        onPointerMove={point}
        onPointerLeave={() => setHovered(null)}
        onBlur={() => setHovered(null)}
        onKeyDown={step}
        className="relative min-h-0"
      >
        <svg
          aria-hidden
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          className="absolute inset-0 size-full overflow-visible"
        >
          <defs>
            <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stopColor={color} stopOpacity="0.22" />
              <stop offset="1" stopColor={color} stopOpacity="0.04" />
            </linearGradient>
          </defs>
          {gridOf(low, high).map((value) => (
            <line
              key={value}
              x1="0"
              x2="100"
              y1={y(value)}
              y2={y(value)}
              stroke="var(--grid)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {signed && (
            <line x1="0" x2="100" y1={y(0)} y2={y(0)} stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
          )}
          <path d={area} fill={`url(#${gradient})`} />
          <path
            d={line.join('')}
            fill="none"
            stroke={color}
            strokeWidth="1.5"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        {active !== undefined && (
          <>
            <span aria-hidden className="absolute inset-y-0 w-px bg-ghost" style={{ left: `${x(active)}%` }} />
            <span
              aria-hidden
              className="-translate-x-1/2 -translate-y-1/2 absolute size-2 rounded-full border-2 border-panel"
              style={{ left: `${x(active)}%`, top: `${y(active.value)}%`, background: color }}
            />
            <span
              aria-hidden
              className={cx(
                'pointer-events-none absolute top-0 z-1 whitespace-nowrap rounded-md border border-line-strong bg-raised px-2 py-1 text-xs shadow-float',
                x(active) > 60 ? '-translate-x-full -ml-2' : 'ml-2',
              )}
              style={{ left: `${x(active)}%` }}
            >
              <span className="text-faint">{formatDateTime(active.at)}</span>{' '}
              <b className="font-semibold">{format(active.value)}</b>
            </span>
          </>
        )}
      </div>
      <div aria-hidden className="relative min-w-14 text-right text-faint text-xs">
        {gridOf(low, high).map((value) => (
          <span key={value} className="-translate-y-1/2 absolute right-0" style={{ top: `${y(value)}%` }}>
            {format(value)}
          </span>
        ))}
        {/* Keeps the column as wide as its widest figure. */}
        <span className="invisible">{[low, high].map(format).toSorted((a, b) => b.length - a.length)[0]}</span>
      </div>
      <div aria-hidden className="flex justify-between pt-1.5 text-faint text-xs">
        <span>{formatDateTime(first.at)}</span>
        <span>{formatDateTime(last.at)}</span>
      </div>
    </div>
  )
}

/** From points to percent of the drawing. */
function scaleOf(points: readonly Point[], signed: boolean) {
  const values = points.map(({ value }) => value)
  if (signed) values.push(0)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  // A line that never moves lies in the middle.
  const room = most === least ? Math.max(Math.abs(most) * 0.01, 1e-6) : (most - least) * MARGIN
  const [low, high] = [least - room, most + room]
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 1]
  return {
    low,
    high,
    x: ({ at }: Point): number => (to === from ? 100 : ((at - from) / (to - from)) * 100),
    y: (value: number): number => ((high - value) / (high - low)) * 100,
  }
}

const gridOf = (low: number, high: number): number[] =>
  Array.from({ length: GRID_LINES }, (_, index) => low + ((high - low) * (index + 0.5)) / GRID_LINES)

function nearest(points: readonly Point[], x: (point: Point) => number, at: number): number {
  let [best, distance] = [0, Number.POSITIVE_INFINITY]
  for (const [index, point] of points.entries()) {
    const away = Math.abs(x(point) - at)
    if (away < distance) [best, distance] = [index, away]
  }
  return best
}
