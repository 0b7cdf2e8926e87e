/**
 * Server-sent events out of a byte stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as
 * servers use them: `data`, `event`, `id`, comments; line ends LF or CRLF.
 */
export type ServerSentEvent = { id: string | undefined; event: string; data: string }

export type EventReader = {
  /** Events that the chunk completes. @throws RangeError for an event larger than the limit. */
  push(chunk: string): ServerSentEvent[]
}

export function eventReader(maxEventLength: number): EventReader {
  let rest = ''
  let data: string[] = []
  let event = 'message'
  let id: string | undefined
  let length = 0

  const line = (text: string): ServerSentEvent | undefined => {
    if (text === '') {
      const complete = data.length === 0 ? undefined : { id, event, data: data.join('\n') }
      data = []
      event = 'message'
      id = undefined
      length = 0
      return complete
    }
    length += text.length
    if (length > maxEventLength) throw new RangeError(`an event is longer than ${maxEventLength} characters`)
    const colon = text.indexOf(':')
    const name = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1))
    if (name === 'data') data.push(value)
    if (name === 'event') event = value
    if (name === 'id') id = value
    return undefined
  }

  return {
    push: (chunk) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length + length > maxEventLength) {
        throw new RangeError(`an event is longer than ${maxEventLength} characters`)
      }
      return lines.flatMap((text) => line(text.endsWith('\r') ? text.slice(0, -1) : text) ?? [])
    },
  }
}
