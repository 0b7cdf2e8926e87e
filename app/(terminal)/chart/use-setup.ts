import { useEffect } from 'react'
import { create } from 'zustand'
import {
  activeSetup,
  changeSetup,
  FIRST_SETUPS,
  type NamedSetup,
  parseSetups,
  type Setup,
  type Setups,
  serializeSetups,
} from './setup.ts'
import type { Study } from './studies/catalog.ts'

const KEY = 'quantdesk.chart'

const useStore = create<Setups>()(() => FIRST_SETUPS)
let recalled = false

/** Reads what the browser keeps, once somebody shows it: the server cannot know it. Follows what other tabs change. */
function recall(): void {
  if (recalled) return
  recalled = true
  useStore.setState(parseSetups(window.localStorage.getItem(KEY)), true)
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY) useStore.setState(parseSetups(newValue), true)
  })
}

/** All set-ups, or a part of them; kept in this browser. */
export function useSetups<T>(select: (setups: Setups) => T): T {
  useEffect(recall, [])
  return useStore(select)
}

/** The set-up in force. */
export const useSetup = (): NamedSetup => useSetups(activeSetup)

/** Applies a change of all set-ups and keeps it. */
export function editSetups(change: (setups: Setups) => Setups): void {
  useStore.setState(change, true)
  window.localStorage.setItem(KEY, serializeSetups(useStore.getState()))
}

/** Changes the set-up in force. */
export const editSetup = (change: Partial<Setup>): void => editSetups((setups) => changeSetup(setups, change))

/** Changes one indicator, or takes it off with null. */
export function editStudy(id: string, change: Partial<Omit<Study, 'id' | 'kind'>> | null): void {
  editSetups((setups) => {
    const { studies } = activeSetup(setups)
    return changeSetup(setups, {
      studies: studies.flatMap((study) =>
        study.id !== id ? [study] : change === null ? [] : [{ ...study, ...change }],
      ),
    })
  })
}
