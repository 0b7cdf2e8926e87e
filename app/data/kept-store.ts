import { create, type StoreApi, type UseBoundStore } from 'zustand'
import { type Kept, readRecord } from './kept.ts'

/**
 * State that this browser remembers in all its tabs: too large or too private for the settings' cookie. What was kept by
 * another version of the page is as if nothing were kept.
 */
export type KeptStore<T> = UseBoundStore<StoreApi<T>> & {
  /** Reads what is kept, now and whenever another tab changes it. @returns the function that stops. */
  follow: () => () => void
  /** Changes the newest state, whichever tab wrote it. */
  change: (next: (state: T) => T) => void
}

export function keptStore<T extends object>(
  name: string,
  version: number,
  empty: T,
  read: (kept: Kept) => T,
): KeptStore<T> {
  const key = `quantdesk.${name}`
  const store = create<T>()(() => empty)
  const recall = (): void => {
    const kept = readRecord(window.localStorage.getItem(key))
    store.setState(kept.version === version ? read(kept) : empty, true)
  }
  return Object.assign(store, {
    follow: () => {
      const hear = (event: StorageEvent): void => {
        if (event.key === key) recall()
      }
      recall()
      addEventListener('storage', hear)
      return () => removeEventListener('storage', hear)
    },
    change: (next: (state: T) => T) => {
      recall()
      const state = next(store.getState())
      store.setState(state, true)
      window.localStorage.setItem(key, JSON.stringify({ version, ...state }))
    },
  })
}
