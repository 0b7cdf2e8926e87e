/**
 * Server-sent events out of a byte stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as
 * servers use them: `data`, `event`, comments; line ends LF or CRLF.
 */
export type StreamEvent = { event: string; data: string }

export type EventReader = {
  /** Events that the chunk completes. @throws RangeError for an event larger than the limit. */
  push(chunk: string): StreamEvent[]
}

export function eventReader(maxEventLength: number): EventReader {
  let rest = ''
  let data: string[] = []
  let event = 'message'
  let length = 0

  const line = (text: string): StreamEvent | undefined => {
    if (text === '') {
      const complete = data.length === 0 ? undefined : { event, data: data.join('\n') }
      data = []
      event = 'message'
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
