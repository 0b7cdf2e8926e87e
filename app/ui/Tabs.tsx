'use client'
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { cx } from './cx.ts'

export type TabItem<Value extends string> = { value: Value; label: ReactNode; count?: number | undefined }

type TabsProps<Value extends string> = {
  items: readonly TabItem<Value>[]
  value: Value
  onChange: (value: Value) => void
  /** What the group is, for a screen reader. */
  label: string
  /** Controls at the right end of the bar. */
  trailing?: ReactNode
  /** The panel of the chosen tab. */
  children?: ReactNode
  className?: string
  barClassName?: string
  panelClassName?: string
}

/** A bar of underlined tabs with its panel below. Arrow keys, Home and End move along the bar. */
export function Tabs<Value extends string>({
  items,
  value,
  onChange,
  label,
  trailing,
  children,
  className,
  barClassName,
  panelClassName,
}: TabsProps<Value>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  function move(event: KeyboardEvent): void {
    const at = items.findIndex((item) => item.value === value)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key]
    const next = to === undefined ? undefined : items[(to + items.length) % items.length]
    if (next === undefined) return
    event.preventDefault()
    onChange(next.value)
    list.current?.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${next.value}`)}`)?.focus()
  }

  return (
    <div className={cx('flex min-h-0 min-w-0 flex-col', className)}>
      <div className={cx('flex h-8 shrink-0 items-center border-line border-b px-3', barClassName)}>
        <div
          ref={list}
          role="tablist"
          aria-label={label}
          onKeyDown={move}
          className="no-scrollbar flex h-full items-stretch gap-4 overflow-x-auto"
        >
          {items.map((item) => (
            <button
              key={item.value}
              id={`${id}-${item.value}`}
              type="button"
              role="tab"
              aria-selected={item.value === value}
              aria-controls={`${id}-panel`}
              tabIndex={item.value === value ? 0 : -1}
              onClick={() => onChange(item.value)}
              className="flex select-none items-center gap-1 whitespace-nowrap border-transparent border-y-2 font-medium text-faint transition-colors hover:text-muted aria-selected:border-b-accent aria-selected:text-text"
            >
              {item.label}
              {item.count !== undefined && item.count > 0 && <span>{item.count}</span>}
            </button>
          ))}
        </div>
        {trailing !== undefined && <div className="ml-auto flex shrink-0 items-center gap-2.5 pl-3">{trailing}</div>}
      </div>
      {children !== undefined && (
        <div
          id={`${id}-panel`}
          role="tabpanel"
          aria-labelledby={`${id}-${value}`}
          className={cx('flex min-h-0 flex-1 flex-col', panelClassName)}
        >
          {children}
        </div>
      )}
    </div>
  )
}
