import type { ComponentProps } from 'react'
import { cx } from './cx.ts'

/** Dense table: numbers at the right, the first column at the left, head that stays while the body scrolls. */
export function Table({ className, label, ...rest }: ComponentProps<'table'> & { label: string }) {
  return <table aria-label={label} className={cx('w-full border-collapse', className)} {...rest} />
}

export function Th({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={cx(
        'sticky top-0 z-1 h-[26px] whitespace-nowrap bg-panel px-3 text-right font-normal text-faint text-xs first:text-left',
        className,
      )}
      {...rest}
    />
  )
}

export function Td({ className, ...rest }: ComponentProps<'td'>) {
  return (
    <td
      className={cx('h-[34px] whitespace-nowrap border-line border-t px-3 text-right first:text-left', className)}
      {...rest}
    />
  )
}

/** The coloured bar before a market's name in a row: green long, red short. */
export function SideBar({ side }: { side: 'long' | 'short' | 'buy' | 'sell' }) {
  const up = side === 'long' || side === 'buy'
  return (
    <span
      aria-hidden
      className={cx('mr-2 inline-block h-3.5 w-[3px] rounded-full align-[-3px]', up ? 'bg-up' : 'bg-down')}
    />
  )
}
