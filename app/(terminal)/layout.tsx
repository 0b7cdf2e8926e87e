import type { ReactNode } from 'react'
import { Everywhere } from './Everywhere.tsx'
import { StatusFooter } from './status/StatusFooter.tsx'
import { TopNav } from './TopNav.tsx'

export default function TerminalLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-dvh flex-col gap-px">
      <TopNav />
      <main className="relative flex min-h-0 flex-1 flex-col">{children}</main>
      <StatusFooter />
      <Everywhere />
    </div>
  )
}
