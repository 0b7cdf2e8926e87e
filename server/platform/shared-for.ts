/** One value shared by all callers for a while; a failure is shared only by those who waited for it. */
export function sharedFor<T>(ms: number, load: () => Promise<T>): () => Promise<T> {
  let current: { at: number; value: Promise<T> } | undefined
  return () => {
    if (current !== undefined && performance.now() - current.at < ms) return current.value
    const entry = { at: performance.now(), value: load() }
    current = entry
    entry.value.catch(() => {
      if (current === entry) current = undefined
    })
    return entry.value
  }
}
