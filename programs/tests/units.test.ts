/**
 * Compute units and transaction sizes of every instruction against the committed table.
 *
 *   UNITS=write npx vitest run programs/tests/units.test.ts   writes the table anew
 */
import './units/keys.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PROGRAM_ADDRESS } from '#client/generated/program.ts'
import { eventAuthorityAddress } from '#client/pda.ts'
import { instructionNames } from './program.ts'
import { accountScenes } from './substitution/account-scenes.ts'
import { rightInstruction } from './substitution/attacks.ts'
import { exchangeScenes } from './substitution/exchange-scenes.ts'
import { orderScenes } from './substitution/order-scenes.ts'
import { poolScenes } from './substitution/pool-scenes.ts'
import { riskScenes } from './substitution/risk-scenes.ts'
import type { Scenes } from './substitution/scene.ts'
import { fixKeys } from './units/keys.ts'
import { build, createTable } from './units/transaction.ts'
import { cast, liquidationOfFour, MARKETS_OF_A_CROWD, WORST, type WorstCase } from './units/worst.ts'
import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from './walk/chain.ts'
import { walkVenue } from './walk/venue.ts'
import { addresses } from './walk/walk.ts'

type Row = { typical: number; worst: number; bytes: number; accounts: number }
type Table = { note: string; rows: Record<string, Row> }

const NOTE =
  'Compute units of the committed build, which counts about half of what the vendor’s compiler does: keep a factor of 2.5. typical: an account with one position or none; worst: eight positions, sixteen orders, three collaterals, four such makers, nine markets. bytes and accounts: the worst transaction with a lookup table of the exchange’s own addresses.'
const FILE = new URL('units/units.json', import.meta.url)
/** A row may differ by this part before somebody must look at it. */
const TOLERANCE = 0.05
/** The design's targets for the vendor's build. */
const VENDOR_FACTOR = 2.5
const TARGETS = {
  placeOrder: 40_000,
  executeOrder: 120_000,
  'executeOrder/with a maker': 140_000,
  'liquidatePosition/of four': 150_000,
}
const NETWORK_LIMIT = 1_400_000
const MOST_BYTES = 1_232
const MOST_ACCOUNTS = 48

const scenes: Scenes = { ...exchangeScenes, ...accountScenes, ...orderScenes, ...riskScenes, ...poolScenes }

/** Instructions, and the two cases beside them that the design's targets name. */
const ROWS = [...instructionNames, 'executeOrder/with a maker', 'liquidatePosition/of four'].toSorted()

function typicalOf(row: string): number {
  const key = Object.keys(scenes).find((scene) => scene === row || scene.split('/')[0] === row) ?? row
  fixKeys(key)
  const scene = scenes[key]?.()
  if (!scene) throw new Error(`no scene for ${row}`)
  const right = rightInstruction(key.split('/')[0] ?? key, scene)
  const outcome = scene.world.svm.send(right, scene.call.signers)
  if (!outcome.ok) throw new Error(`${row}: ${outcome.logs.join('\n')}`)
  return outcome.computeUnits
}

function measured(): Record<string, Row> {
  fixKeys('crowd')
  const people = cast(walkVenue(MARKETS_OF_A_CROWD))
  const { walk } = people.crowd
  const shared = [
    ...walk.feeds.map((_, index) => addresses.market(index)),
    ...walk.vaults().flatMap((vault) => [vault.key, vault.tokenAccount, vault.mint]),
    ...[addresses.exchange, addresses.pool, addresses.insurance, eventAuthorityAddress().toBase58()],
    ...[PROGRAM_ADDRESS, SYSTEM_PROGRAM, TOKEN_PROGRAM],
  ]
  const send = (worst: WorstCase): Row => {
    const crowd = people.crowd.fork()
    const action = worst({ ...people, crowd })
    createTable(crowd.walk.chain, shared)
    const { bytes, accounts } = build(action, crowd.venue.payer, shared)
    const outcome = crowd.walk.chain.sendVersioned(bytes)
    if (!outcome.ok) throw new Error(`${action.name}: ${outcome.error}\n${outcome.logs().join('\n')}`)
    return { typical: outcome.units, worst: outcome.units, bytes: bytes.length, accounts }
  }
  const rowOf = (row: string): Row => {
    if (row === 'liquidatePosition/of four') return send(liquidationOfFour)
    const typical = typicalOf(row)
    const worst = WORST[row]
    return worst ? { ...send(worst), typical } : { typical, worst: typical, bytes: 0, accounts: 0 }
  }
  return Object.fromEntries(ROWS.map((row) => [row, rowOf(row)]))
}

test('every instruction stays within its row of the table and the targets of the design', { timeout: 180_000 }, () => {
  const rows = measured()
  if (process.env.UNITS === 'write')
    writeFileSync(FILE, `${JSON.stringify({ note: NOTE, rows } satisfies Table, null, 2)}\n`)
  const table = JSON.parse(readFileSync(FILE, 'utf8')) as Table
  expect(Object.keys(table.rows).sort()).toEqual(ROWS)
  for (const [name, row] of Object.entries(rows)) {
    const known = table.rows[name] ?? { typical: 0, worst: 0, bytes: 0, accounts: 0 }
    for (const kind of ['typical', 'worst'] as const) {
      const off = Math.abs(row[kind] - known[kind]) / known[kind]
      expect(off, `${name} ${kind}: ${row[kind]}, the table says ${known[kind]}`).toBeLessThanOrEqual(TOLERANCE)
    }
    expect(row.worst * VENDOR_FACTOR, `${name} in one transaction`).toBeLessThanOrEqual(NETWORK_LIMIT)
    expect(row.bytes, `bytes of ${name}`).toBeLessThanOrEqual(MOST_BYTES)
    expect(row.accounts, `accounts of ${name}`).toBeLessThanOrEqual(MOST_ACCOUNTS)
  }
  for (const [name, target] of Object.entries(TARGETS)) {
    expect((rows[name]?.typical ?? target) * VENDOR_FACTOR, name).toBeLessThanOrEqual(target)
  }
})
