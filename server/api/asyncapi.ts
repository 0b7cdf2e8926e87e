import { z } from 'zod'
import { accountDto, bookDto, fundingRateDto, marketStateDto, tradeDto, userMessage } from '#server/exchange/schema.ts'
import { priceDto } from '#server/oracle/schema.ts'
import { schemaWriter } from './json-schema.ts'
import { problemDto, systemDto } from './schema.ts'
import { ANSWERS, CLIENT_MESSAGES, SERVER_MESSAGES } from './ws-messages.ts'

type Part = Record<string, unknown>
export type AsyncApiDocument = {
  asyncapi: '3.0.0'
  info: Part
  servers: Part
  channels: Part
  operations: Part
  components: Part
}

/** The data of each topic's messages, by family. */
export const TOPIC_DATA = {
  price: { snapshot: priceDto, delta: priceDto },
  market: { snapshot: marketStateDto, delta: marketStateDto },
  book: { snapshot: bookDto, delta: bookDto },
  trade: { snapshot: tradeDto.array(), delta: tradeDto },
  funding: { snapshot: fundingRateDto.array(), delta: fundingRateDto },
  user: { snapshot: accountDto, delta: userMessage },
  system: { snapshot: systemDto, delta: systemDto },
} as const

/** AsyncAPI 3 of `/ws` and of the server-sent events, from the schemas the messages are checked with. */
export function asyncApiDocument(version: string): AsyncApiDocument {
  const { components, write } = schemaWriter()
  const messages: Part = {}
  const declare = (name: string, schema: z.ZodType, io: 'input' | 'output') => {
    write(schema, io)
    const { description } = schema.meta() ?? {}
    messages[name] = {
      name,
      ...(description === undefined ? {} : { summary: description }),
      payload: { $ref: `#/components/schemas/${name}` },
    }
  }
  for (const [name, schema] of Object.entries(CLIENT_MESSAGES)) declare(name, schema, 'input')
  for (const [name, schema] of Object.entries(SERVER_MESSAGES)) declare(name, schema, 'output')
  for (const [family, { snapshot, delta }] of Object.entries(TOPIC_DATA)) {
    const name = `${family}Event`
    const head = { topic: z.string(), seq: z.number().int() }
    const event = z.discriminatedUnion('kind', [
      z.object({ ...head, kind: z.literal('snapshot'), data: snapshot }),
      z.object({ ...head, kind: z.literal('delta'), data: delta }),
    ])
    declare(name, event.meta({ id: name, description: `What the topics ${family}.* say` }), 'output')
  }
  declare('Refusal', problemDto.meta({ id: 'Refusal', description: 'Why the stream ended' }), 'output')

  const events = Object.keys(TOPIC_DATA).map((family) => `${family}Event`)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'QuantDesk streams',
      version,
      description: `Everything that changes while somebody watches, over WebSocket and server-sent events, and orders over
WebSocket. An EVENT's \`topic\`, \`seq\`, \`kind\` and \`data\` are those of the stream's events. How gaps, resuming and slow
readers are treated is told in docs/realtime.md.`,
      license: { name: 'Apache-2.0' },
    },
    servers: {
      websocket: { host: '127.0.0.1:3000', protocol: 'ws', description: 'wss where the site is served over https' },
      events: { host: '127.0.0.1:3000', protocol: 'http', description: 'https where the site is' },
    },
    channels: {
      ws: {
        address: '/ws',
        servers: [{ $ref: '#/servers/websocket' }],
        messages: references(
          [...Object.keys(CLIENT_MESSAGES), ...Object.keys(SERVER_MESSAGES)],
          '#/components/messages/',
        ),
      },
      stream: {
        address: '/api/stream?topics={topics}',
        servers: [{ $ref: '#/servers/events' }],
        parameters: { topics: { description: 'With commas between them, for example price.SOL-PERP,system' } },
        messages: references([...events, 'Refusal'], '#/components/messages/'),
      },
    },
    operations: {
      ...Object.fromEntries(Object.entries(ANSWERS).map(([name, reply]) => [`say${pascal(name)}`, asked(name, reply)])),
      hear: {
        action: 'send',
        summary: 'Unasked, or after SUBSCRIBE',
        channel: { $ref: '#/channels/ws' },
        messages: messageList('ws', ['EVENT', 'HEARTBEAT', 'ENDED']),
      },
      stream: {
        action: 'send',
        summary: 'Server-sent events; one named `error` holds a Refusal and is the last',
        channel: { $ref: '#/channels/stream' },
        messages: messageList('stream', [...events, 'Refusal']),
      },
    },
    components: { messages, schemas: sorted(components) },
  }
}

/** From the server's side: it receives what a client says. */
function asked(name: string, reply: string): Part {
  return {
    action: 'receive',
    channel: { $ref: '#/channels/ws' },
    messages: messageList('ws', [name]),
    reply: { channel: { $ref: '#/channels/ws' }, messages: messageList('ws', [reply, 'ERROR']) },
  }
}

const messageList = (channel: string, names: readonly string[]) =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }))

const references = (names: readonly string[], at: string): Part =>
  Object.fromEntries(names.map((name) => [name, { $ref: `${at}${name}` }]))

const pascal = (name: string): string =>
  name
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const sorted = (record: Part): Part => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
