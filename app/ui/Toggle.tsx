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
    <label
      className={cx(
        'flex select-none items-center gap-2 text-muted hover:text-text has-disabled:opacity-45',
        className,
      )}
    >
      <span className="relative grid size-3.5 shrink-0 place-items-center">
        <input
          type="checkbox"
          checked={checked}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          className="peer absolute inset-0 cursor-[inherit] appearance-none rounded-[3px] border border-line-strong bg-transparent checked:border-accent checked:bg-accent"
        />
        <Check
          aria-hidden
          strokeWidth={3}
          className="pointer-events-none invisible z-1 size-2.5 text-accent-ink peer-checked:visible"
        />
      </span>
      {children}
    </label>
  )
}
