import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'

/** An answer as the API reference shows it (docs.stripe.com/api/identity/verification_sessions). */
const SESSION = {
  id: 'vs_1NuN4zLkdIwHu7ixleE6HvkI',
  object: 'identity.verification_session',
  client_secret: 'vs_1NuN4zLkdIwHu7ixleE6HvkI_secret_test_YWNjdF8xTTJK',
  created: 1_695_680_201,
  last_error: null,
  last_verification_report: null,
  livemode: false,
  metadata: {},
  options: { document: { require_matching_selfie: true } },
  redaction: null,
  status: 'requires_input',
  type: 'document',
  url: 'https://verify.stripe.com/start/test_YWNjdF8xTTJKVGtMa2RJd0h1N2l4',
}
type Change = Partial<Record<keyof typeof SESSION, unknown>>

/** Stripe's API on this machine, as far as checks ask it: its documented answers, changed as the test says. */
export async function startStripe() {
  const asked: { method: string; path: string; headers: IncomingHttpHeaders; form: URLSearchParams }[] = []
  const sessions = new Map<string, Record<string, unknown>>()
  let failing = false
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request
      asked.push({ method, path, headers, form: new URLSearchParams(body) })
      const id = path.replace('/v1/identity/verification_sessions', '').slice(1)
      if (method === 'POST') sessions.set(`vs_${sessions.size}`, { ...SESSION, id: `vs_${sessions.size}` })
      const session = method === 'POST' ? [...sessions.values()].at(-1) : sessions.get(id)
      const status = failing ? 500 : session === undefined ? 404 : 200
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(session ?? {}))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    asked,
    /** What became of a session there. */
    change: (id: string, change: Change) => sessions.set(id, { ...sessions.get(id), ...change }),
    fail: (now: boolean) => {
      failing = now
    },
    close: () => server.close(),
  }
}

/** A message as Stripe sends it. */
export function stripeMessage(
  { id, type, secret, atMs }: { id: string; type: string; secret: string; atMs: number },
  forge: (body: string) => string = (body) => body,
): { headers: Headers; body: string } {
  const time = Math.floor(atMs / 1_000)
  const event = {
    id: 'evt_1NuN5d',
    object: 'event',
    api_version: '2023-10-16',
    type,
    data: { object: { ...SESSION, id } },
  }
  const body = JSON.stringify(event)
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  return { headers: new Headers({ 'stripe-signature': `t=${time},v1=${signature},v0=abc` }), body: forge(body) }
}
