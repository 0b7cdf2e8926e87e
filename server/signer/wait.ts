import { wakeable } from '#server/chain/index.ts'
import type { Bus } from '#server/platform/bus.ts'

/** A message of the bus may be lost; then this is how late its news is. */
const LOOK_MS = 1_000

/**
 * What `read` finds of the row that `begin` wrote, looked for at each message of the topic about it until it is there or the
 * time is over. The topic is listened to before `begin`, so that no message falls in between.
 */
export async function whenThere<Found>(
  bus: Bus,
  { topic, withinMs }: { topic: string; withinMs: number },
  begin: () => Promise<string>,
  read: (id: string) => Promise<Found | undefined>,
): Promise<{ id: string; found: Found | undefined }> {
  const sleeper = wakeable()
  let id: string | undefined
  const unsubscribe = bus.subscribe(topic, (message) => {
    if (id === undefined || Object(message).id === id) sleeper.wake()
  })
  try {
    id = await begin()
    const endsAt = performance.now() + withinMs
    for (;;) {
      const found = await read(id)
      const left = endsAt - performance.now()
      if (found !== undefined || left <= 0) return { id, found }
      await sleeper.orAfter(Math.min(left, LOOK_MS))
    }
  } finally {
    unsubscribe()
  }
}
