import { z } from 'zod'
import type { Problem } from '#server/platform/errors.ts'
import { type StreamEvent, subscribeInput } from './schema.ts'

/** Chosen by the client: the answer to a message carries it. */
const ref = z.string().max(64).optional()
const { topics, lastEventId } = subscribeInput.shape
const TYPES = 'choose one of AUTH, SUBSCRIBE, UNSUBSCRIBE, PING'

/** What a client may say on `/ws`. */
export const clientMessage = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('AUTH'), ref, token: z.string().min(1).max(4_096) }),
    z.object({ type: z.literal('SUBSCRIBE'), ref, topics, after: lastEventId }),
    z.object({ type: z.literal('UNSUBSCRIBE'), ref, topics }),
    z.object({ type: z.literal('PING'), ref }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? TYPES : 'the message must be a JSON object') },
)
export type ClientMessage = z.output<typeof clientMessage>

type Reply<Type extends string, Fields = object> = { type: Type; ref?: string | undefined } & Fields

/** What the server says on `/ws`. */
export type ServerMessage =
  /** `id` is what SUBSCRIBE takes as `after`. */
  | ({ type: 'EVENT'; id: string } & StreamEvent)
  /** Every 15 s, whatever else is said. */
  | { type: 'HEARTBEAT'; at: number }
  /** The server ended one subscription: its topic does not exist, or may not be read any more. */
  | { type: 'ENDED'; topic: string; error: Problem }
  | Reply<'AUTHENTICATED', { authority: string; expiresAt: number }>
  | Reply<'SUBSCRIBED', { topics: string[] }>
  | Reply<'UNSUBSCRIBED', { topics: string[] }>
  | Reply<'PONG', { at: number }>
  /** The message was not obeyed. */
  | Reply<'ERROR', { error: Problem }>
