'use client'
import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
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

/** A bar of underlined tabs with its panel below. */
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
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      className={cx('flex min-h-0 min-w-0 flex-col', className)}
    >
      <div className={cx('flex h-8 shrink-0 items-center border-line border-b px-3', barClassName)}>
        <Base.List aria-label={label} className="no-scrollbar flex h-full items-stretch gap-4 overflow-x-auto">
          {items.map((item) => (
            <Base.Tab
              key={item.value}
              value={item.value}
              className="flex select-none items-center gap-1 whitespace-nowrap border-transparent border-y-2 font-medium text-faint transition-colors hover:text-muted data-active:border-b-accent data-active:text-text"
            >
              {item.label}
              {item.count !== undefined && item.count > 0 && <span>{item.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        {trailing !== undefined && <div className="ml-auto flex shrink-0 items-center gap-2.5 pl-3">{trailing}</div>}
      </div>
      {children !== undefined && (
        <Base.Panel
          key={value}
          value={value}
          tabIndex={-1}
          className={cx('flex min-h-0 flex-1 flex-col outline-none', panelClassName)}
        >
          {children}
        </Base.Panel>
      )}
    </Base.Root>
  )
}
