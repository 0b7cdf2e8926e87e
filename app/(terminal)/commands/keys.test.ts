import { describe, expect, it } from 'vitest'
import { COMMANDS } from './commands.ts'
import { isFree, keyFor, keymapOf, keyOf, rebind } from './keys.ts'

const press = (
  key: string,
  code: string,
  held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', true>> = {},
) => keyOf({ key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held })

describe('the name of a key', () => {
  it.each([
    ['b', 'KeyB', {}, 'B'],
    ['B', 'KeyB', { shiftKey: true }, 'Shift+B'],
    ['!', 'Digit1', { shiftKey: true }, 'Shift+1'],
    // French layout: digits need Shift, the sign below is another.
    ['&', 'Digit1', {}, '1'],
    ['2', 'Numpad2', {}, '2'],
    ['?', 'Slash', { shiftKey: true }, '?'],
    ['ö', 'Semicolon', {}, 'Ö'],
    ['F4', 'F4', {}, 'F4'],
    ['k', 'KeyK', { metaKey: true }, 'Mod+K'],
    ['K', 'KeyK', { ctrlKey: true }, 'Mod+K'],
    ['c', 'KeyC', { ctrlKey: true }, null],
    ['Shift', 'ShiftLeft', { shiftKey: true }, null],
  ] as const)('%s (%s) with %o is %s', (key, code, held, name) => {
    expect(press(key, code, held)).toBe(name)
  })
})

it('gives every command of ours a key of its own that may be used', () => {
  const keymap = keymapOf({})
  expect(keymap.size).toBe(COMMANDS.length)
  for (const { key } of COMMANDS) expect([key, isFree(key)]).toEqual([key, true])
})

it('takes a key from the command that had it', () => {
  const own = rebind({}, 'flatten', 'B')
  expect(own).toEqual({ flatten: 'B', buy: '' })
  const keymap = keymapOf(own)
  expect(keymap.get('B')).toBe('flatten')
  expect(keyFor(keymap, 'buy')).toBeNull()
  expect(keymap.has('Shift+F')).toBe(false)
})

it('keeps only what differs from ours', () => {
  const own = rebind(rebind({}, 'buy', 'F2'), 'buy', 'B')
  expect(own).toEqual({})
  expect(rebind({}, 'buy', '')).toEqual({ buy: '' })
})

it('never gives away keys that a keyboard user needs', () => {
  expect(['Tab', 'Shift+Tab', 'Enter', 'Space', 'Escape', '?', 'Mod+K'].filter(isFree)).toEqual([])
  expect(keymapOf({ buy: 'Tab' }).has('Tab')).toBe(false)
})
