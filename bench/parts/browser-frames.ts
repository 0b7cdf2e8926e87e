import type { Page } from '@playwright/test'

export type Frames = { frames: number; elapsedMs: number; gaps: number[]; longTasks: number[] }

/** Frames and long tasks of a page for `ms`: every frame is waited for in the page itself. */
export async function watchFrames(page: Page, ms: number): Promise<Frames> {
  return page.evaluate(
    (duration) =>
      new Promise<Frames>((resolve) => {
        const longTasks: number[] = []
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) longTasks.push(entry.duration)
        })
        observer.observe({ type: 'longtask' })
        const gaps: number[] = []
        const start = performance.now()
        let last = start
        const frame = (now: number) => {
          gaps.push(now - last)
          last = now
          if (now - start < duration) {
            requestAnimationFrame(frame)
            return
          }
          observer.disconnect()
          resolve({ frames: gaps.length, elapsedMs: now - start, gaps, longTasks })
        }
        requestAnimationFrame(frame)
      }),
    ms,
  )
}

/** Script that the page asked for before its ticket took input, as it came over the line (gzip), bytes. */
export async function scriptBeforeTicket(page: Page): Promise<{ bytes: number; files: number }> {
  return page.evaluate(() => {
    const usable = performance.getEntriesByName('ticket usable')[0]?.startTime
    if (usable === undefined) throw new Error('The ticket has not said that it is usable')
    const scripts = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(
      ({ name, startTime }) => new URL(name).pathname.endsWith('.js') && startTime <= usable,
    )
    return { bytes: scripts.reduce((sum, script) => sum + script.encodedBodySize, 0), files: scripts.length }
  })
}
