import { createStore, type Store } from './store.ts'
import { type EventOf, joinTopic, type TopicName } from './stream.ts'

/**
 * A store fed by one topic: it joins the stream with its first reader and leaves with its last. `fold` makes the next
 * value of the one before and a message; it returns the same value when nothing changed.
 */
export function topicStore<T, Name extends TopicName>(
  topic: Name,
  fold: (value: T | undefined, event: EventOf<Name>) => T | undefined,
): Store<T | undefined> {
  const store: Store<T | undefined> = createStore<T | undefined>(undefined, () =>
    joinTopic(topic, (event) => store.set(fold(store.get(), event)), 'snapshot'),
  )
  return store
}

/** One store per key, made when first asked for. */
export function perKey<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}
