import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type ReceivedMail = { from: string; to: string[]; source: string; headers: Map<string, string> }
/** Where it refuses, with what; absent: it takes everything. */
export type MailRefusal = { at: 'sender' | 'recipient' | 'message'; code: number; text: string }

/** A mail server on loopback, without TLS, that keeps what it takes. */
export async function startMailServer({ port = 0 } = {}) {
  const received: ReceivedMail[] = []
  const state: { refusal: MailRefusal | undefined } = { refusal: undefined }
  const answer = (at: MailRefusal['at']): Error | null => {
    const { refusal } = state
    return refusal?.at === at ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : null
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onMailFrom: (_address, _session, done) => done(answer('sender')),
    onRcptTo: (_address, _session, done) => done(answer('recipient')),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const refused = answer('message')
        const source = Buffer.concat(chunks).toString('utf8')
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        if (refused === null) received.push({ from, to, source, headers: headersOf(source) })
        done(refused)
      })
    },
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(port, '127.0.0.1', resolve)
  await promise
  return {
    received,
    state,
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    stop: () => new Promise<void>((stopped) => server.close(() => stopped())),
  }
}

/** By their names in small letters, unfolded. */
function headersOf(source: string): Map<string, string> {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ')
  return new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}
