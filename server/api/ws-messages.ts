import { z } from 'zod'
import {
  cancelAllInput,
  cancelInput,
  closeInput,
  modifyInput,
  outcomeDto,
  placeInput,
  preparedDto,
  submitInput,
} from '#server/trading/index.ts'
import { at, problemDto, type StreamEvent, subscribeInput } from './schema.ts'

/** Chosen by the client: the answer to a message carries it. */
const ref = z.string().max(64).describe('Yours: comes back with the answer')
const { topics, lastEventId } = subscribeInput.shape

/** Messages about orders, and the procedures that answer them. Their answers come in any order, told apart by `ref`. */
const ORDER_MESSAGES = {
  PLACE: placeInput,
  MODIFY: modifyInput,
  CLOSE: closeInput,
  CANCEL: cancelInput,
  CANCEL_ALL: cancelAllInput,
} as const

const order = <Type extends keyof typeof ORDER_MESSAGES>(type: Type) =>
  z.object({ type: z.literal(type), ref, params: ORDER_MESSAGES[type] }).meta({ id: type })

/** What a client may say on `/ws`. */
export const CLIENT_MESSAGES = {
  AUTH: z
    .object({ type: z.literal('AUTH'), ref: ref.optional(), token: z.string().min(1).max(4_096) })
    .meta({ id: 'AUTH' }),
  SUBSCRIBE: z
    .object({ type: z.literal('SUBSCRIBE'), ref: ref.optional(), topics, after: lastEventId })
    .meta({ id: 'SUBSCRIBE' }),
  UNSUBSCRIBE: z.object({ type: z.literal('UNSUBSCRIBE'), ref: ref.optional(), topics }).meta({ id: 'UNSUBSCRIBE' }),
  PING: z.object({ type: z.literal('PING'), ref: ref.optional() }).meta({ id: 'PING' }),
  PLACE: order('PLACE'),
  MODIFY: order('MODIFY'),
  CLOSE: order('CLOSE'),
  CANCEL: order('CANCEL'),
  CANCEL_ALL: order('CANCEL_ALL'),
  SUBMIT: z.object({ type: z.literal('SUBMIT'), ref, params: submitInput }).meta({ id: 'SUBMIT' }),
} as const

const TYPES = `choose one of ${Object.keys(CLIENT_MESSAGES).join(', ')}`

export const clientMessage = z.discriminatedUnion('type', Object.values(CLIENT_MESSAGES) as Values, {
  error: ({ code }) => (code === 'invalid_union' ? TYPES : 'the message must be a JSON object'),
})
type Messages = typeof CLIENT_MESSAGES
/** `Object.values` forgets that there is at least one. */
type Values = [Messages[keyof Messages], ...Messages[keyof Messages][]]
export type ClientMessage = z.output<typeof clientMessage>
export type OrderMessage = Extract<ClientMessage, { params: unknown }>

const answer = <Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) =>
  z.object({ type: z.literal(type), ref: ref.optional(), ...fields }).meta({ id: type })

/** What the server says on `/ws`. */
export const SERVER_MESSAGES = {
  EVENT: z
    .object({
      type: z.literal('EVENT'),
      id: z.string().describe('What SUBSCRIBE takes as `after`'),
      topic: z.string(),
      seq: z.number().int(),
      kind: z.enum(['snapshot', 'delta']),
      data: z.unknown(),
    })
    .meta({ id: 'EVENT', description: 'One message of a topic' }),
  HEARTBEAT: z
    .object({ type: z.literal('HEARTBEAT'), at })
    .meta({ id: 'HEARTBEAT', description: 'Every 15 s, whatever else is said' }),
  ENDED: z
    .object({ type: z.literal('ENDED'), topic: z.string(), error: problemDto })
    .meta({ id: 'ENDED', description: 'One subscription is over, the others go on' }),
  AUTHENTICATED: answer('AUTHENTICATED', { authority: z.string(), expiresAt: z.number() }),
  SUBSCRIBED: answer('SUBSCRIBED', { topics: z.string().array() }),
  UNSUBSCRIBED: answer('UNSUBSCRIBED', { topics: z.string().array() }),
  PONG: answer('PONG', { at }),
  PREPARED: answer('PREPARED', { result: preparedDto }),
  OUTCOME: answer('OUTCOME', { result: outcomeDto }),
  ERROR: answer('ERROR', { error: problemDto }),
} as const

/** The answer to each message; ERROR may come instead of any. */
export const ANSWERS = {
  AUTH: 'AUTHENTICATED',
  SUBSCRIBE: 'SUBSCRIBED',
  UNSUBSCRIBE: 'UNSUBSCRIBED',
  PING: 'PONG',
  PLACE: 'PREPARED',
  MODIFY: 'PREPARED',
  CLOSE: 'PREPARED',
  CANCEL: 'PREPARED',
  CANCEL_ALL: 'PREPARED',
  SUBMIT: 'OUTCOME',
} as const satisfies Record<keyof Messages, keyof typeof SERVER_MESSAGES>

type Said = { [Type in keyof typeof SERVER_MESSAGES]: z.input<(typeof SERVER_MESSAGES)[Type]> }
export type ServerMessage = Exclude<Said[keyof Said], Said['EVENT']> | ({ type: 'EVENT'; id: string } & StreamEvent)
