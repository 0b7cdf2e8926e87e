'use client'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { TransferProps } from './TransferDialog.tsx'

const load = () => import('./TransferDialog.tsx')

/** Moves collateral; its script comes when it is first asked for. */
export function Transfer(props: TransferProps) {
  const loaded = useLoaded(load, true)
  return loaded === undefined ? null : <loaded.TransferDialog {...props} />
}
