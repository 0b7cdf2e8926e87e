'use client'
import { ChevronDown } from 'lucide-react'
import { type ComponentType, lazy, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { OnIntent } from './OnIntent.tsx'

export type MenuProps = {
  /** What opens the menu. */
  trigger: ReactNode
  label: string
  children: ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  triggerClassName?: string
  disabled?: boolean
  /** What is chosen puts the focus elsewhere, which the page around an ordinary menu does not allow while it is open. */
  movesFocus?: boolean
}
export type SelectItem<Value extends string> = { value: Value; label: ReactNode; hint?: ReactNode }

const load = () => import('./popup/menu.tsx')
const part = <Props,>(pick: (menu: Awaited<ReturnType<typeof load>>) => ComponentType<Props>) =>
  lazy(async () => ({ default: pick(await load()) }))

const OpenedMenu = part((menu) => menu.OpenedMenu)
export const MenuItem = part((menu) => menu.MenuItem)
/** A menu at a point of the page, open from the start. */
export const PointMenu = part((menu) => menu.PointMenu)
export const MenuCheck = part((menu) => menu.MenuCheck)
export const MenuChoices = part((menu) => menu.SelectItems)
export const MenuSeparator = part((menu) => menu.MenuSeparator)

export function Menu({ triggerClassName, ...props }: MenuProps) {
  const className = cx('flex items-center gap-1 rounded-sm hover:text-text', triggerClassName)
  return (
    <OnIntent
      preload={load}
      popup="menu"
      label={props.label}
      trigger={props.trigger}
      className={className}
      disabled={props.disabled === true}
    >
      <OpenedMenu {...props} triggerClassName={className} />
    </OnIntent>
  )
}

type SelectMenuProps<Value extends string> = Omit<MenuProps, 'trigger' | 'children'> & {
  items: readonly SelectItem<Value>[]
  value: Value
  onChange: (value: Value) => void
  /** Shown closed; by default the chosen item's label. */
  trigger?: ReactNode
}

/** A menu that keeps one choice: order type, grouping, theme. */
export function SelectMenu<Value extends string>({ items, value, onChange, trigger, ...rest }: SelectMenuProps<Value>) {
  const choose = (next: string) => {
    const item = items.find((known) => known.value === next)
    if (item !== undefined) onChange(item.value)
  }
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
      <MenuChoices items={items} value={value} onChange={choose} />
    </Menu>
  )
}
