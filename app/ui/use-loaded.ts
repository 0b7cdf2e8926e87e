import { useEffect, useState } from 'react'

const RETRY_MS = 3_000

/**
 * A part of the page's script that comes later: undefined until it is wanted and here. A lost line must not cost the
 * page, so a load that fails is tried again until it succeeds. `load` must be stable.
 */
export function useLoaded<Module>(load: () => Promise<Module>, wanted: boolean): Module | undefined {
  const [loaded, setLoaded] = useState<Module>()
  useEffect(() => {
    if (!wanted || loaded !== undefined) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let gone = false
    const attempt = () => {
      load().then(
        (module) => {
          if (!gone) setLoaded(module)
        },
        () => {
          if (!gone) timer = setTimeout(attempt, RETRY_MS)
        },
      )
    }
    // After all effects of this render: what the first paint brought along is usable before anything else is asked for.
    timer = setTimeout(attempt)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [load, wanted, loaded])
  return loaded
}
