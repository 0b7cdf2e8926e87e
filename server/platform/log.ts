import { type DestinationStream, type Logger, pino } from 'pino'
import { PinoPretty } from 'pino-pretty'
import { errorMessage } from './errors.ts'

export type Log = Logger

export type LogOptions = {
  /** What speaks: a role or a command. */
  name: string
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** `json` for machines, `pretty` for a person at a terminal. */
  format: 'json' | 'pretty'
  /** A file instead of standard output. */
  file?: string
}

/** Secrets that a wide event may carry by accident; one level of nesting is as deep as our events go. */
const SECRET_KEYS = [
  'password',
  'secret',
  'secretKey',
  'keypair',
  'privateKey',
  'token',
  'authorization',
  'cookie',
  'databaseUrl',
]

export function createLog({ name, level, format, file }: LogOptions): Log {
  const options = {
    level,
    base: { role: name },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
    serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
    // A bigint has no JSON form; decimal text keeps it exact.
    formatters: { log: (event: Record<string, unknown>) => withTextBigints(event) },
  }
  if (file !== undefined) return pino(options, fileDestination(file))
  if (format === 'json') return pino(options)
  return pino(
    options,
    PinoPretty({
      sync: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'pid,hostname,role',
      messageFormat: '[{role}] {msg}',
    }),
  )
}

/** A full disk costs lines, never the process: without a listener each failed write would end it. */
function fileDestination(file: string): DestinationStream {
  const destination = pino.destination({ dest: file, sync: true, mkdir: true })
  let told = false
  destination.on('error', (error: unknown) => {
    if (!told) process.stderr.write(`${file} cannot be written: ${errorMessage(error)}\n`)
    told = true
  })
  return destination
}

function withTextBigints(event: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(event).some((value) => typeof value === 'bigint')) return event
  return Object.fromEntries(
    Object.entries(event).map(([key, value]) => [key, typeof value === 'bigint' ? value.toString() : value]),
  )
}

export const silentLog: Log = pino({ level: 'silent' })
