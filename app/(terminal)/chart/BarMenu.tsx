import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '#app/ui/cx.ts'
import { Menu, type MenuProps } from '#app/ui/Menu.tsx'

type BarMenuProps = Omit<MenuProps, 'trigger' | 'triggerClassName' | 'align'> & {
  icon: LucideIcon
  /** Beside the icon where there is room. */
  words?: ReactNode
  active?: boolean
}

/** A menu in the chart's bar. */
export function BarMenu({ icon: Icon, words, active = false, ...menu }: BarMenuProps) {
  return (
    <Menu
      align="end"
      triggerClassName={cx('h-6 px-1.5 font-medium hover:bg-hover', active ? 'text-accent' : 'text-muted')}
      trigger={
        <>
          <Icon aria-hidden className="size-3.5" />
          {words !== undefined && (
            <span aria-hidden className="max-w-24 truncate max-xl:hidden">
              {words}
            </span>
          )}
        </>
      }
      {...menu}
    />
  )
}
