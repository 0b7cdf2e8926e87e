'use client'
import { type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react'

export type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children: ReactNode
  className?: string
}

const load = () => import('./popup/dialog.tsx')
const LazyDialog = lazy(async () => ({ default: (await load()).Dialog }))
const LazySheet = lazy(async () => ({ default: (await load()).Sheet }))

/** Nothing until it is opened for the first time; after that it stays, so that it can close with its motion. */
function Wanted({ window: Window, ...props }: DialogProps & { window: ComponentType<DialogProps> }) {
  const [wanted, setWanted] = useState(props.open)
  if (props.open && !wanted) setWanted(true)
  return wanted ? (
    <Suspense fallback={null}>
      <Window {...props} />
    </Suspense>
  ) : null
}

/** A window over the page; focus stays inside, Escape and a click beside it close it. */
export const Dialog = (props: DialogProps) => <Wanted {...props} window={LazyDialog} />

/** The same, rising from the foot of the screen: for phones. */
export const Sheet = (props: DialogProps) => <Wanted {...props} window={LazySheet} />
