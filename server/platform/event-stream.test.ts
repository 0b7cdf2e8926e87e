import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventReader } from './event-stream.ts'

const readAll = (chunks: readonly string[]) => {
  const reader = eventReader(10_000)
  return chunks.flatMap((chunk) => reader.push(chunk))
}

describe('server-sent events', () => {
  it.each([
    ['data:{"a":1}\n\n', [{ event: 'message', data: '{"a":1}' }]],
    ['data: one space is none of it\n\n', [{ event: 'message', data: 'one space is none of it' }]],
    [
      'event:error\ndata:why\n\ndata:x\n\n',
      [
        { event: 'error', data: 'why' },
        { event: 'message', data: 'x' },
      ],
    ],
    ['data:one\ndata:two\n\n', [{ event: 'message', data: 'one\ntwo' }]],
    [':keep-alive\n\n', []],
    ['id:7\nretry:5\nunknown\n\n', []],
    [
      'id:8\ndata:x\n\ndata:y\n\n',
      [
        { id: '8', event: 'message', data: 'x' },
        { event: 'message', data: 'y' },
      ],
    ],
    ['data:x\r\n\r\n', [{ event: 'message', data: 'x' }]],
    ['data:not complete', []],
  ])('%j are read', (text, events) => {
    expect(readAll([text])).toEqual(events)
  })

  it('are the same however the stream is cut', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 20 }).map((text) => `data:${text.replaceAll(/[\r\n]/g, '')}`),
      fc.constantFrom('', 'event:error', ':comment', 'id:1'),
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.array(fc.nat({ max: 600 }), { maxLength: 10 }),
        fc.constantFrom('\n', '\r\n'),
        (lines, cuts, end) => {
          const text = lines.map((each) => each + end).join('')
          const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length]
          const chunks = at.slice(1).map((to, index) => text.slice(at[index], to))
          expect(readAll(chunks)).toEqual(readAll([text]))
        },
      ),
      { seed: 12, numRuns: 1_000 },
    )
  })

  it('never grow without end', () => {
    expect(() => readAll(Array.from({ length: 200 }, () => 'x'.repeat(100)))).toThrow(/longer than 10000/)
    expect(() => readAll(Array.from({ length: 200 }, () => `data:${'x'.repeat(100)}\n`))).toThrow(/longer than 10000/)
  })
})
