import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Recorded messages, accounts and answers of Pyth; sources and licences are in NOTICE. */
export const FIXTURES = join(import.meta.dirname, '../fixtures/pyth')

type ExpectedUpdate = {
  kind: number
  feed_id: string
  price: string
  conf: string
  expo: number
  publish_time: number
  prev_publish_time: number
  ema_price: string
  ema_conf: string
}
type Expected = {
  guardian_set: number
  signatures: number
  updates: ExpectedUpdate[]
}

/** What each recording decodes to, computed apart from this code. */
export const EXPECTED: Readonly<Record<string, Expected>> = JSON.parse(fixtureText('expected_decode.json'))

export function fixtureText(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8')
}

export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(join(FIXTURES, name))
}

/** The bytes of a recorded accumulator message. */
export function fixtureMessage(name: string): Uint8Array {
  return Uint8Array.from(Buffer.from(fixtureText(name).trim(), 'hex'))
}
