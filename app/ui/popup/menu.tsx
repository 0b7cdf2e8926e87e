'use client'
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { type ComponentProps, type ReactNode, useRef } from 'react'
import { cx } from '../cx.ts'
import type { MenuProps, SelectItem } from '../Menu.tsx'
import { useOpenOnce } from './use-open-once.ts'

/* The half of the menus that floats. It loads when a menu is first wanted. */

export const POPUP =
  'z-50 min-w-36 rounded-lg border border-line-strong bg-raised p-1 shadow-float outline-none transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0'
const ITEM =
  'flex h-7 select-none items-center gap-2 rounded-sm px-2 text-muted outline-none data-highlighted:bg-hover data-highlighted:text-text data-disabled:opacity-45'

/** Opens with its first render: it is made by the press that wants it. */
export function OpenedMenu({
  trigger,
  label,
  children,
  align = 'start',
  side = 'bottom',
  triggerClassName,
  disabled = false,
  movesFocus = false,
}: MenuProps) {
  const button = useOpenOnce()
  const focus = useFocusAfter()
  return (
    <Base.Root modal={!movesFocus}>
      <Base.Trigger ref={button} disabled={disabled} className={triggerClassName}>
        <span className="sr-only">{label}: </span>
        {trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={6} className="z-50">
          <Base.Popup {...focus} className={POPUP}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

/** Focus returns to the trigger, unless what was chosen has put it elsewhere. */
function useFocusAfter() {
  const popup = useRef<HTMLDivElement>(null)
  const finalFocus = (): boolean => {
    const active = document.activeElement
    return active === null || active === document.body || popup.current?.contains(active) === true
  }
  return { ref: popup, finalFocus }
}

type PointMenuProps = { at: { x: number; y: number }; label: string; onClose: () => void; children: ReactNode }

/** Opens where something was pointed at, not at a button. What is chosen may move the focus. */
export function PointMenu({ at, label, onClose, children }: PointMenuProps) {
  const anchor = { getBoundingClientRect: () => DOMRect.fromRect(at) }
  const focus = useFocusAfter()
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()} modal={false}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} align="start" side="bottom" sideOffset={2} className="z-50">
          <Base.Popup {...focus} aria-label={label} className={POPUP}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({ className, ...rest }: ComponentProps<typeof Base.Item>) {
  return <Base.Item className={cx(ITEM, typeof className === 'string' && className)} {...rest} />
}

type MenuCheckProps = {
  checked: boolean
  onChange: (checked: boolean) => void
  disabled?: boolean
  children: ReactNode
}

/** Something that is on or off; the menu stays open for the next one. */
export function MenuCheck({ checked, onChange, disabled = false, children }: MenuCheckProps) {
  return (
    <Base.CheckboxItem
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      className={cx(ITEM, 'data-checked:text-text')}
    >
      <span className="grow">{children}</span>
      <span className="size-3">
        <Base.CheckboxItemIndicator>
          <Check aria-hidden className="size-3 text-accent" />
        </Base.CheckboxItemIndicator>
      </span>
    </Base.CheckboxItem>
  )
}

export function MenuSeparator() {
  return <Base.Separator className="my-1 h-px bg-line-strong" />
}

type SelectItemsProps = { items: readonly SelectItem<string>[]; value: string; onChange: (value: string) => void }

export function SelectItems({ items, value, onChange }: SelectItemsProps) {
  return (
    <Base.RadioGroup value={value} onValueChange={onChange}>
      {items.map((item) => (
        <Base.RadioItem key={item.value} value={item.value} closeOnClick className={cx(ITEM, 'data-checked:text-text')}>
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
  )
}
