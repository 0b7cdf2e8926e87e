/**
 * The program's events. Each travels as the data of an instruction that the program sends to itself, signed by its
 * event authority: look in a transaction's inner instructions, not in its logs (which a validator cuts).
 */
import { EVENTS } from './generated/events.ts'
import { type Decoded, decode, type Layout, startsWith } from './layout.ts'

/** First eight bytes of the self-CPI's data, before the event's own discriminator. */
export const EVENT_TAG: readonly number[] = [228, 69, 165, 46, 81, 203, 154, 29]
const DISCRIMINATOR_LENGTH = 8

export type EventName = keyof typeof EVENTS
export type EventOf<Name extends EventName> = Decoded<(typeof EVENTS)[Name]['layout']>
/** Amounts are bigint in native units, `at` is unix seconds, addresses base58, enums names like `immediateOrCancel`. */
export type PerpsEvent = { [Name in EventName]: { readonly name: Name; readonly data: EventOf<Name> } }[EventName]

export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[]

/**
 * An event from its discriminator and fields; null for one that this client does not know (a newer program).
 * @throws RangeError when a known event is damaged.
 */
export function decodeEvent(data: Uint8Array): PerpsEvent | null {
  const name = EVENT_NAMES.find((known) => startsWith(data, EVENTS[known].discriminator))
  if (name === undefined) return null
  const layout: Layout<unknown> = EVENTS[name].layout
  // The pairing of name and layout is the table's; the compiler cannot follow it through a union of all.
  return { name, data: decode(layout, data.subarray(DISCRIMINATOR_LENGTH)) } as PerpsEvent
}

/** The same from the whole data of an inner instruction; null when that carries no event. */
export function decodeEventInstruction(data: Uint8Array): PerpsEvent | null {
  return startsWith(data, EVENT_TAG) ? decodeEvent(data.subarray(EVENT_TAG.length)) : null
}
