import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

type ToggleProps = {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
  disabled?: boolean
  className?: string
}

export function Checkbox({ checked, onChange, children, disabled = false, className }: ToggleProps) {
  return (
    <label className={cx('flex select-none items-center gap-2 text-muted hover:text-text has-disabled:opacity-45', className)}>
      <span className="relative grid size-3.5 shrink-0 place-items-center">
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          className="peer absolute inset-0 cursor-[inherit] appearance-none rounded-[3px] border border-line-strong bg-transparent checked:border-accent checked:bg-accent"
        />
        <Check aria-hidden strokeWidth={3} className="pointer-events-none invisible z-1 size-2.5 text-accent-ink peer-checked:visible" />
      </span>
      {children}
    </label>
  )
}

export function Switch({ checked, onChange, children, disabled = false, className }: ToggleProps) {
  return (
    <label className={cx('flex select-none items-center justify-between gap-3 text-muted has-disabled:opacity-45', className)}>
      {children}
      <span className="relative h-4 w-7 shrink-0">
        <input
          type="checkbox"
          role="switch"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          className="peer absolute inset-0 cursor-[inherit] appearance-none rounded-full bg-line-strong transition-colors checked:bg-accent"
        />
        <span className="pointer-events-none absolute top-0.5 left-0.5 size-3 rounded-full bg-text transition-transform peer-checked:translate-x-3 peer-checked:bg-accent-ink" />
      </span>
    </label>
  )
}
