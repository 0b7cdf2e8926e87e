/** A sleeper that pushes can wake. A wake that comes while nobody sleeps is kept for the next sleep. */
export type Wake = {
  wake(): void
  /** Sleeps until a wake, `ms`, or the signal's abort, whichever is first. */
  orAfter(ms: number, options?: { ignoreWakes: boolean }): Promise<void>
}

export function wakeable(signal?: AbortSignal): Wake {
  let pending = false
  let rouse: (() => void) | undefined
  return {
    wake: () => {
      pending = true
      rouse?.()
    },
    orAfter: async (ms, { ignoreWakes } = { ignoreWakes: false }) => {
      if (signal?.aborted === true) return
      if (pending && !ignoreWakes) {
        pending = false
        return
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      const end = () => resolve()
      signal?.addEventListener('abort', end, { once: true })
      if (!ignoreWakes) rouse = resolve
      await promise
      rouse = undefined
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (!ignoreWakes) pending = false
    },
  }
}
