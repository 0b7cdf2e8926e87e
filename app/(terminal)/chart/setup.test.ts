import { expect, test } from 'vitest'
import {
  activeSetup,
  addSetup,
  changeSetup,
  chooseSetup,
  FIRST_SETUPS,
  parseSetups,
  problemOfName,
  removeSetup,
  renameSetup,
  serializeSetups,
} from './setup.ts'
import { newStudy } from './studies/catalog.ts'

const scalping = changeSetup(addSetup(FIRST_SETUPS, ' Scalping '), {
  interval: '1m',
  funding: true,
  studies: [newStudy('ema', 'a'), { ...newStudy('macd', 'b'), inputs: [5, 35, 5], hidden: true }],
})

test('what is kept is what is read again', () => {
  expect(parseSetups(serializeSetups(scalping))).toEqual(scalping)
})

test('a change belongs to the set-up in force and leaves the others alone', () => {
  expect(activeSetup(scalping)).toMatchObject({ name: 'Scalping', interval: '1m', funding: true })
  expect(activeSetup(chooseSetup(scalping, 'Standard'))).toMatchObject({ funding: false, studies: [] })
  expect(chooseSetup(scalping, 'Nowhere')).toBe(scalping)
})

test('a new set-up begins as the present one', () => {
  const copy = addSetup(scalping, 'Copy')
  expect({ ...activeSetup(copy), name: '' }).toEqual({ ...activeSetup(scalping), name: '' })
})

test('names are unique and never empty', () => {
  expect(problemOfName(scalping, '  ')).toMatch(/needs a name/)
  expect(problemOfName(scalping, 'Standard ')).toMatch(/of this name/)
  expect(problemOfName(scalping, 'x'.repeat(41))).toMatch(/40/)
  expect(renameSetup(scalping, 'Standard')).toBe(scalping)
  expect(activeSetup(renameSetup(scalping, 'Fast')).name).toBe('Fast')
})

test('one set-up always remains', () => {
  const left = removeSetup(scalping)
  expect(left.kept.map(({ name }) => name)).toEqual(['Standard'])
  expect(removeSetup(left).kept).toHaveLength(1)
})

test('what is unreadable, unknown or out of range falls back to what is usual', () => {
  for (const text of [null, '', '{', '[]', '{"version":2,"kept":[]}', '{"version":1,"kept":[{}]}']) {
    expect(parseSetups(text)).toEqual(FIRST_SETUPS)
  }
  const odd = {
    version: 1,
    active: 'Gone',
    kept: [
      {
        name: 'A',
        interval: '7m',
        scale: 'upside-down',
        volume: 'no',
        studies: [
          { id: '1', kind: 'ema', inputs: [-4], color: 'beige' },
          { id: '2', kind: 'astrology' },
        ],
      },
    ],
  }
  expect(parseSetups(JSON.stringify(odd))).toEqual({
    active: 'A',
    kept: [
      {
        name: 'A',
        interval: null,
        scale: 'linear',
        volume: true,
        funding: false,
        fills: true,
        studies: [newStudy('ema', '1')],
      },
    ],
  })
})
