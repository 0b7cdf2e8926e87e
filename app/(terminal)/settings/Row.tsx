import type { ReactNode } from 'react'

/** One choice: what it is at the left, the control at the right. */
export function Row({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid items-center gap-x-6 gap-y-1.5 md:grid-cols-[1fr_minmax(0,320px)]">
      <div>
        <p className="font-medium text-md">{label}</p>
        {hint !== undefined && <p className="text-faint text-xs">{hint}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </div>
  )
}
