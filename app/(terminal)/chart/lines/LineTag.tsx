'use client'
import { X } from 'lucide-react'
import { useLayoutEffect } from 'react'
import { t } from '../../../i18n/t.ts'
import { cx } from '../../../ui/cx.ts'
import { formatPrice } from '../../../ui/format.ts'
import type { PriceChart } from '../price-chart.ts'
import type { ChartLine, ChartLineKind } from './lines.ts'
import { useLineDrag } from './use-line-drag.ts'

const COLOR: Record<ChartLineKind, string> = {
  long: 'text-accent',
  short: 'text-accent',
  'break-even': 'text-muted',
  liquidation: 'text-down',
  buy: 'text-warn',
  sell: 'text-warn',
  'take-profit': 'text-up',
  'stop-loss': 'text-down',
  alert: 'text-text',
}
const SIGN_COLOR = { '-1': 'text-down', '0': 'text-muted', '1': 'text-up' } as const

type LineTagProps = { line: ChartLine; chart: PriceChart; tickSize: string; onPlace: () => void }

/** One line: itself, its tag at the left, its price on the axis, and while it is pulled what that would mean. */
export function LineTag({ line, chart, tickSize, onPlace }: LineTagProps) {
  const pull = useLineDrag({ price: line.price, drag: line.drag, chart, tickSize })
  const { state, price, problem } = pull
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for a new price
  useLayoutEffect(onPlace, [price])
  const isPulled = state.kind === 'moving'
  const hold = line.drag === undefined ? {} : pull.pointer
  const cancelLabel = line.cancelLabel ?? t('Cancel {order}', { order: line.label })
  const grabbable = line.drag !== undefined && 'cursor-ns-resize touch-none'
  return (
    <li
      data-price={price}
      className={cx(
        // Without a stacking context of its own, so that no line strikes through the tag of another.
        'group/line invisible absolute inset-x-0 h-0',
        COLOR[line.kind],
        isPulled && 'z-2',
        state.kind === 'refused' && 'transition-[top] duration-200 ease-ui',
        state.kind === 'sent' && 'pulse',
      )}
    >
      <span
        className={cx(
          'absolute right-(--axis) left-0 border-current border-t',
          line.draft === true ? 'border-dotted' : 'border-dashed',
          problem !== null && 'text-down',
        )}
      />
      {line.drag !== undefined && (
        <span
          aria-hidden
          className="pointer-events-auto absolute -top-1 right-(--axis) left-0 h-[9px] cursor-ns-resize pointer-coarse:hidden"
          onWheel={(event) => chart.passWheel(event.nativeEvent)}
          {...hold}
        />
      )}
      {/* Ties a tag that had to give way to its line. */}
      <span
        aria-hidden
        className="absolute left-4 h-[max(var(--tag),calc(-1*var(--tag)))] w-0 translate-y-[min(0px,var(--tag))] border-current border-l"
      />
      <span className="absolute -top-[11px] left-3 z-1 flex translate-y-(--tag) items-start gap-1.5">
        <span
          {...hold}
          className={cx(
            'pointer-events-auto flex h-[22px] select-none items-center overflow-hidden rounded-sm border border-current bg-panel font-medium text-xs focus-within:ring-2 focus-within:ring-accent-soft',
            grabbable,
          )}
        >
          <TagLabel line={line} price={price} pull={pull} tickSize={tickSize} />
          {line.detail !== undefined && (
            <span className="border-line-strong border-l px-2 text-text group-data-crowded/lines:hidden">
              {line.detail}
            </span>
          )}
          {line.pnl !== undefined && (
            <span
              className={cx(
                'border-line-strong border-l px-2 group-data-crowded/lines:hidden',
                SIGN_COLOR[line.pnl.sign],
              )}
            >
              {line.pnl.text}
            </span>
          )}
          {line.onCancel !== undefined && (
            <button
              type="button"
              onClick={line.onCancel}
              aria-label={cancelLabel}
              title={cancelLabel}
              className="grid h-full w-6 place-items-center border-line-strong border-l text-muted hover:bg-hover hover:text-text"
            >
              <X aria-hidden className="size-3" />
            </button>
          )}
        </span>
        {pull.note !== null && problem === null && <Remark>{pull.note}</Remark>}
      </span>
      {problem !== null && (
        <p
          role={state.kind === 'refused' ? 'alert' : 'status'}
          className="absolute top-3.5 left-3 z-1 max-w-[calc(100%-24px-var(--axis))] translate-y-(--tag) rounded-sm border border-down bg-panel px-2 py-1 text-down text-xs group-data-low/line:top-auto group-data-low/line:bottom-3.5"
        >
          {state.kind === 'refused' ? t('Not moved. {reason}', { reason: problem }) : problem}
        </p>
      )}
      <span
        className={cx(
          'absolute -top-[9px] right-0 z-1 grid h-[18px] w-(--axis) translate-y-(--label) place-items-center rounded-[2px] bg-current font-semibold text-xs',
          problem !== null && isPulled && 'text-down',
        )}
      >
        <span className="text-panel">{formatPrice(price, tickSize)}</span>
      </span>
    </li>
  )
}

const Remark = ({ children }: { children: string }) => (
  <span role="status" className="flex h-[22px] items-center rounded-sm bg-raised px-2 text-text text-xs">
    {children}
  </span>
)

type Pull = ReturnType<typeof useLineDrag>

/** What the line is. Of one that can be pulled also its handle for the keyboard. */
function TagLabel({ line, price, pull, tickSize }: { line: ChartLine; price: string; pull: Pull; tickSize: string }) {
  if (line.drag === undefined) return <b className="px-2 font-semibold">{line.label}</b>
  return (
    <span
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('{line}, price', { line: [line.label, line.detail].filter(Boolean).join(' ') })}
      aria-valuenow={Number(price)}
      aria-valuetext={formatPrice(price, tickSize)}
      title={t('Pull to another price; or arrow keys, then Enter')}
      className="px-2 font-semibold outline-none"
      {...pull.keyboard}
    >
      {line.label}
    </span>
  )
}
