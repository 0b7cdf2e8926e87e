'use client'
import { Eye, EyeOff, Settings2, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { identity, type Store, useStore } from '../../../data/store.ts'
import { t } from '../../../i18n/t.ts'
import type { PriceChart } from '../price-chart.ts'
import { editStudy, useSetup } from '../use-setup.ts'
import type { StudyColor } from './catalog.ts'
import { StudyDialog } from './StudyDialog.tsx'
import type { Reading } from './study-layer.ts'

export const STUDY_TEXT: Record<StudyColor, string> = {
  accent: 'text-accent',
  info: 'text-info',
  warn: 'text-warn',
  up: 'text-up',
  down: 'text-down',
  text: 'text-text',
}
/** Below the candle's own figures. */
const FIRST_ROW_PX = 26
const ROW_PX = 18

type LegendProps = { chart: PriceChart; readings: Store<readonly Reading[]> }

/** What each indicator says at the crosshair, in the pane it is drawn in, with what can be done about it. */
export function StudyLegend({ chart, readings }: LegendProps) {
  const rows = useStore(readings as Store<readonly Reading[] | undefined>, identity) ?? []
  const [asked, setAsked] = useState<string>()
  const list = useRef<HTMLUListElement>(null)
  const { studies } = useSetup()
  const edited = studies.find(({ id }) => id === asked)

  const place = useRef(() => {
    const used = new Map<number, number>()
    for (const item of list.current?.children ?? []) {
      if (!(item instanceof HTMLElement)) continue
      const pane = Number(item.dataset.pane)
      const row = used.get(pane) ?? 0
      used.set(pane, row + 1)
      const top = chart.paneTop(pane) + (pane === 0 ? FIRST_ROW_PX : 4) + row * ROW_PX
      item.style.transform = `translateY(${top}px)`
    }
  }).current
  useEffect(() => chart.addLayer({ redraw: place }), [chart, place])
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for new rows
  useLayoutEffect(place, [rows])

  return (
    <>
      <ul
        ref={list}
        aria-label={t('Indicators')}
        className="pointer-events-none absolute inset-0 z-2 overflow-hidden text-xs"
      >
        {rows.map((row) => (
          <li
            key={row.id}
            data-pane={row.pane}
            className="group pointer-events-auto absolute top-0 left-3 flex h-[18px] items-center gap-1.5 rounded-sm bg-panel/70"
          >
            <span className={row.hidden ? 'text-faint line-through' : 'text-muted'}>{row.name}</span>
            {row.values.map(({ color, text }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an indicator's lines keep their order
              <span key={at} className={STUDY_TEXT[color]}>
                {text}
              </span>
            ))}
            <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
              <LegendButton
                label={t(row.hidden ? 'Show {name}' : 'Hide {name}', { name: row.name })}
                icon={row.hidden ? EyeOff : Eye}
                onClick={() => editStudy(row.id, { hidden: !row.hidden })}
              />
              <LegendButton
                label={t('Settings of {name}', { name: row.name })}
                icon={Settings2}
                onClick={() => setAsked(row.id)}
              />
              <LegendButton
                label={t('Remove {name}', { name: row.name })}
                icon={X}
                onClick={() => editStudy(row.id, null)}
              />
            </span>
          </li>
        ))}
      </ul>
      {edited !== undefined && <StudyDialog key={edited.id} study={edited} onClose={() => setAsked(undefined)} />}
    </>
  )
}

type LegendButtonProps = { label: string; icon: typeof X; onClick: () => void }

function LegendButton({ label, icon: Icon, onClick }: LegendButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid size-[18px] place-items-center rounded-sm text-faint hover:bg-hover hover:text-text"
    >
      <Icon aria-hidden className="size-3" />
    </button>
  )
}
