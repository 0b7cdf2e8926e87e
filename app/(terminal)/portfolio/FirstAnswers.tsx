'use client'
import { createContext, type ReactNode, useContext } from 'react'
import type { Outputs } from '#app/data/trpc.ts'
import type { Range } from '#server/portfolio/schema.ts'

/** What the server knew when it rendered the page, of the range and the year it rendered. */
export type First = {
  range: Range
  history: Outputs['portfolio']['history'] | undefined
  statistics: Outputs['portfolio']['statistics'] | undefined
  year: number
  timeZone: string
  calendar: Outputs['portfolio']['calendar'] | undefined
}

const FirstContext = createContext<First | undefined>(undefined)
export const useFirst = (): First | undefined => useContext(FirstContext)

export function FirstAnswers({ first, children }: { first: First; children: ReactNode }) {
  return <FirstContext value={first}>{children}</FirstContext>
}
