'use client'
import { Menu as Base } from '@base-ui/react/menu'
import { Check, ChevronDown } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

export const POPUP =
  'z-50 min-w-36 rounded-lg border border-line-strong bg-raised p-1 shadow-float outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0'
const ITEM =
  'flex h-7 select-none items-center gap-2 rounded-sm px-2 text-muted outline-none data-highlighted:bg-hover data-highlighted:text-text data-disabled:opacity-45'

type MenuProps = {
  /** What opens the menu. */
  trigger: ReactNode
  label: string
  children: ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  triggerClassName?: string
  disabled?: boolean
}

export function Menu({
  trigger,
  label,
  children,
  align = 'start',
  side = 'bottom',
  triggerClassName,
  disabled = false,
}: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger
        aria-label={label}
        disabled={disabled}
        className={cx('flex items-center gap-1 rounded-sm hover:text-text', triggerClassName)}
      >
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={6} className="z-50">
          <Base.Popup className={POPUP}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({ className, ...rest }: ComponentProps<typeof Base.Item>) {
  return <Base.Item className={cx(ITEM, typeof className === 'string' && className)} {...rest} />
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line-strong" />
}

type SelectMenuProps<Value extends string> = Omit<MenuProps, 'trigger' | 'children'> & {
  items: readonly { value: Value; label: ReactNode; hint?: ReactNode }[]
  value: Value
  onChange: (value: Value) => void
  /** Shown closed; by default the chosen item's label. */
  trigger?: ReactNode
}

/** A menu that keeps one choice: order type, grouping, theme. */
export function SelectMenu<Value extends string>({ items, value, onChange, trigger, ...rest }: SelectMenuProps<Value>) {
  return (
    <Menu
      {...rest}
      trigger={
        <>
          {trigger ?? items.find((item) => item.value === value)?.label}
          <ChevronDown aria-hidden className="size-3 opacity-70" />
        </>
      }
    >
      <Base.RadioGroup value={value} onValueChange={(next) => onChange(next as Value)}>
        {items.map((item) => (
          <Base.RadioItem
            key={item.value}
            value={item.value}
            closeOnClick
            className={cx(ITEM, 'data-checked:text-text')}
          >
            <span className="grow">{item.label}</span>
            {item.hint !== undefined && <span className="text-faint text-xs">{item.hint}</span>}
            <span className="size-3">
              <Base.RadioItemIndicator>
                <Check aria-hidden className="size-3 text-accent" />
              </Base.RadioItemIndicator>
            </span>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Menu>
  )
}
