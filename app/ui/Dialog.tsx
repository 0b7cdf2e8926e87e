'use client'
import { type ReactNode, useState } from 'react'
import { useLoaded } from './use-loaded.ts'

export type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children: ReactNode
  className?: string
}

const load = () => import('./popup/dialog.tsx')

/** Nothing until it is opened for the first time; after that it stays, so that it can close with its motion. */
function useWindows(open: boolean): Awaited<ReturnType<typeof load>> | undefined {
  const [wanted, setWanted] = useState(open)
  if (open && !wanted) setWanted(true)
  return useLoaded(load, wanted)
}

/** A window over the page; focus stays inside, Escape and a click beside it close it. */
export function Dialog(props: DialogProps) {
  const windows = useWindows(props.open)
  return windows === undefined ? null : <windows.Dialog {...props} />
}

/** The same, rising from the foot of the screen: for phones. */
export function Sheet(props: DialogProps) {
  const windows = useWindows(props.open)
  return windows === undefined ? null : <windows.Sheet {...props} />
}
