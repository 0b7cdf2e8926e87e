import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StreamEvent } from '#server/api/schema.ts'

type Subscription = { topics: string[]; say: (event: StreamEvent) => void; ended: boolean }
const opened: Subscription[] = []

vi.mock('./trpc.ts', () => ({
  api: {
    stream: {
      subscribe: {
        subscribe: ({ topics }: { topics: string[] }, { onData }: { onData: (message: { data: unknown }) => void }) => {
          const subscription: Subscription = { topics, say: (data) => onData({ data }), ended: false }
          opened.push(subscription)
          return {
            unsubscribe: () => {
              subscription.ended = true
            },
          }
        },
      },
    },
  },
}))

const trade = (seq: number) =>
  ({ topic: 'trade.X', kind: 'delta', seq, data: { id: `${seq}` } }) as unknown as StreamEvent
const snapshot = (seq: number) =>
  ({ topic: 'trade.X', kind: 'snapshot', seq, data: [{ id: 'b' }, { id: 'a' }] }) as unknown as StreamEvent

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 16))
  vi.resetModules()
  opened.length = 0
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function flowing() {
  const { joinTopic } = await import('./stream.ts')
  joinTopic('trade.X', () => {})
  await vi.advanceTimersByTimeAsync(1)
  opened[0]?.say(snapshot(1))
  return joinTopic
}

test('one who only watches a flowing topic costs no new subscription', async () => {
  const joinTopic = await flowing()
  joinTopic('trade.X', () => {})
  await vi.advanceTimersByTimeAsync(3_000)
  expect(opened).toHaveLength(1)
})

test('a store of a flowing topic gets its snapshot, and the old subscription goes on until then', async () => {
  await flowing()
  const { topicStore } = await import('./topic-store.ts')
  const kinds: string[] = []
  topicStore<string, `trade.${string}`>('trade.X', (_, event) => {
    kinds.push(event.kind)
    return event.kind
  }).subscribe(() => {})
  await vi.advanceTimersByTimeAsync(1)
  expect(opened).toHaveLength(2)
  opened[0]?.say(trade(2))
  expect(opened[0]?.ended).toBe(false)
  opened[1]?.say(snapshot(2))
  expect(opened[0]?.ended).toBe(true)
  opened[1]?.say(trade(3))
  expect(kinds).toEqual(['delta', 'snapshot', 'delta'])
})

test('many stores that join at once share one new subscription', async () => {
  const joinTopic = await flowing()
  joinTopic('trade.X', () => {}, 'snapshot')
  joinTopic('trade.X', () => {}, 'snapshot')
  joinTopic('price.X', () => {}, 'snapshot')
  await vi.advanceTimersByTimeAsync(3_000)
  expect(opened.map(({ topics }) => topics.join())).toEqual(['trade.X', 'price.X,trade.X'])
})

test('a missing number asks for everything anew', async () => {
  await flowing()
  opened[0]?.say(trade(4))
  await vi.advanceTimersByTimeAsync(1)
  expect(opened).toHaveLength(2)
})
