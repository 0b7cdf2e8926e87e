import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

const VARIANT = {
  primary: 'bg-accent text-accent-ink hover:not-disabled:brightness-110 font-semibold',
  buy: 'bg-up text-up-ink hover:not-disabled:bg-up-hover font-semibold',
  sell: 'bg-down text-down-ink hover:not-disabled:bg-down-hover font-semibold',
  raised: 'bg-raised text-text hover:not-disabled:bg-hover font-medium',
  outline: 'border border-line-strong text-muted hover:not-disabled:text-text hover:not-disabled:bg-hover font-medium',
  ghost: 'text-muted hover:not-disabled:text-text hover:not-disabled:bg-hover font-medium',
  danger: 'text-down hover:not-disabled:bg-down-soft font-medium',
} as const

const SIZE = {
  sm: 'h-6 px-2 text-xs rounded-sm gap-1',
  md: 'h-8 px-3 text-sm rounded-md gap-2',
  lg: 'h-10 px-4 text-md rounded-md gap-2',
} as const

export type ButtonProps = ComponentProps<'button'> & {
  variant?: keyof typeof VARIANT
  size?: keyof typeof SIZE
  /** Disables the button and says it is busy; the label stays, so nothing moves. */
  busy?: boolean
  children?: ReactNode
}

export function Button({ variant = 'raised', size = 'md', busy = false, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(
        'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap transition-colors disabled:opacity-45',
        busy && 'pulse',
        VARIANT[variant],
        SIZE[size],
        className,
      )}
      {...rest}
    />
  )
}

/** A square button with one icon; `label` is what a screen reader says and a pointer shows. */
export function IconButton({
  label,
  size = 'md',
  className,
  ...rest
}: Omit<ButtonProps, 'aria-label' | 'title'> & { label: string }) {
  return (
    <Button
      variant="ghost"
      size={size}
      aria-label={label}
      title={label}
      className={cx('aspect-square !px-0', className)}
      {...rest}
    />
  )
}
