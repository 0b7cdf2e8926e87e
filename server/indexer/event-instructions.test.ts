import bs58 from 'bs58'
import { expect, it } from 'vitest'
import { type ExecutedTransaction, eventsOf, type InnerInstruction } from './event-instructions.ts'

const KEYS = ['payer', 'program', 'eventAuthority', 'router', 'token']
const PROGRAM = 1
const ROUTER = 3
const TOKEN = 4

const event = (byte: number) => bs58.encode(Uint8Array.of(228, 69, 165, 46, 81, 203, 154, 29, byte))
const call = (programIdIndex: number, stackHeight: number, data = '', accounts = [2]): InnerInstruction => ({
  programIdIndex,
  accounts,
  data,
  stackHeight,
})

function read(program: number, instructions: InnerInstruction[]) {
  const transaction: ExecutedTransaction = {
    signature: 'sig',
    slot: 7,
    blockTime: 100,
    accountKeys: KEYS,
    programIndexes: [ROUTER, program],
    innerInstructions: [{ index: 1, instructions }],
  }
  return eventsOf(transaction, 'program', 'eventAuthority').map(({ path, data }) => [path, ...data])
}

it('reads events the program emits at top level, in order', () => {
  expect(read(PROGRAM, [call(TOKEN, 2), call(PROGRAM, 2, event(1)), call(PROGRAM, 2, event(2))])).toEqual([
    ['1.1', 1],
    ['1.2', 2],
  ])
})

it('reads events when another program invoked ours', () => {
  expect(read(ROUTER, [call(PROGRAM, 2), call(TOKEN, 3), call(PROGRAM, 3, event(5)), call(TOKEN, 2)])).toEqual([
    ['1.2', 5],
  ])
})

it('ignores a look-alike that another program invoked', () => {
  expect(read(ROUTER, [call(PROGRAM, 2, event(1))])).toEqual([])
  // Our program ran before at the same height, but is no longer on the stack.
  expect(read(ROUTER, [call(PROGRAM, 2), call(TOKEN, 2), call(PROGRAM, 3, event(1))])).toEqual([])
})

it('ignores what the event authority did not sign, other data, and other programs', () => {
  expect(read(PROGRAM, [call(PROGRAM, 2, event(1), [0])])).toEqual([])
  expect(read(PROGRAM, [call(PROGRAM, 2, bs58.encode(Uint8Array.of(1, 2, 3)))])).toEqual([])
  expect(read(PROGRAM, [call(TOKEN, 2, event(1))])).toEqual([])
})
