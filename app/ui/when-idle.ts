import { useEffect, useState } from 'react'

const AFTER_MS = 3_000

/** After the first seconds, so that it never competes with the first paint. @returns the function that calls it off. */
export function whenIdle(run: () => void): () => void {
  const timer = window.setTimeout(() => {
    if ('requestIdleCallback' in window) window.requestIdleCallback(run, { timeout: 5_000 })
    else run()
  }, AFTER_MS)
  return () => window.clearTimeout(timer)
}

/** True once the page has nothing better to do. */
export function useIdle(): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => whenIdle(() => setIdle(true)), [])
  return idle
}
