import { eventReader, type ServerSentEvent } from '#server/platform/event-stream.ts'

const MAX_EVENT_LENGTH = 10_000_000

/**
 * Server-sent events of a response, for tests, benchmarks and the CLI; browsers have their own reader. Goes on until the
 * body ends or the reader leaves the loop, which cancels the request. Comments (heartbeats) are skipped.
 */
export async function* readServerSentEvents(response: Response): AsyncGenerator<ServerSentEvent, void> {
  if (response.body === null) return
  const reader = eventReader(MAX_EVENT_LENGTH)
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) yield* reader.push(chunk)
}
