import { useCallback, useRef, useSyncExternalStore } from 'react'

/**
 * State outside React, for data that changes many times a second. Readers get the newest value at once; listeners are
 * told once per frame, so fifty updates a second cost one render each frame at most, and none in a hidden tab.
 */
export type Store<T> = {
  get: () => T
  set: (value: T) => void
  subscribe: (listener: () => void) => () => void
}

const dirty = new Set<Set<() => void>>()
let scheduled = false

function flush(): void {
  scheduled = false
  const pending = [...dirty]
  dirty.clear()
  for (const listeners of pending) for (const listener of [...listeners]) listener()
}

/** `onFirst` runs with the first listener and returns what to do after the last one has left. */
export function createStore<T>(initial: T, onFirst?: () => () => void): Store<T> {
  let value = initial
  let stop: (() => void) | undefined
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return
      value = next
      dirty.add(listeners)
      if (scheduled) return
      scheduled = true
      requestAnimationFrame(flush)
    },
    subscribe: (listener) => {
      if (listeners.size === 0) stop = onFirst?.()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) stop?.()
      }
    },
  }
}

export const identity = <T>(value: T): T => value

/**
 * What `select` makes of the store's value; renders only when that changes. `seed` stands in on the server, during
 * hydration and until the store has a value of its own.
 */
export function useStore<T, Selected>(
  store: Store<T | undefined>,
  select: (value: T) => Selected,
  seed?: T,
): Selected | undefined {
  const last = useRef<{ value: T; select: (value: T) => Selected; selected: Selected } | undefined>(undefined)
  const read = useCallback(
    (value: T | undefined): Selected | undefined => {
      if (value === undefined) return undefined
      if (last.current?.value === value && last.current.select === select) return last.current.selected
      const next = select(value)
      const selected = last.current !== undefined && same(last.current.selected, next) ? last.current.selected : next
      last.current = { value, select, selected }
      return selected
    },
    [select],
  )
  return useSyncExternalStore(
    store.subscribe,
    () => read(store.get() ?? seed),
    () => read(seed),
  )
}

/** Equal, or objects and arrays with equal members: a selector may build a small object. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [Object.entries(a), Object.entries(b)]
  return (
    left.length === right.length && left.every(([key, value]) => Object.is(value, (b as Record<string, unknown>)[key]))
  )
}
