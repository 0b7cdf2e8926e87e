import { cx } from './cx.ts'

const [WIDTH, HEIGHT, PAD] = [100, 28, 2]

/** The way of a price as one line, green when it ends above where it began. The figures beside it say it in words. */
export function Sparkline({ values, className }: { values: readonly string[]; className?: string }) {
  const points = values.map(Number)
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || points.length < 2) return null
  const [low, high] = [Math.min(...points), Math.max(...points)]
  const y = (value: number) => (high === low ? HEIGHT / 2 : PAD + ((high - value) / (high - low)) * (HEIGHT - 2 * PAD))
  const path = points.map((value, at) => {
    const x = (at / (points.length - 1)) * WIDTH
    return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y(value).toFixed(1)}`
  })
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cx(last > first ? 'text-up' : last < first ? 'text-down' : 'text-muted', className)}
    >
      <path d={path.join('')} fill="none" stroke="currentColor" strokeWidth="1.25" vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
