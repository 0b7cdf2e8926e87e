/** Every account of every instruction replaced by wrong ones, from the IDL: none may get through. */
import { expect, test } from 'vitest'
import type { World } from './harness.ts'
import { checkLedger } from './ledger.ts'
import { decodeEvents, instructionAccounts, instructionNames } from './program.ts'
import { accountScenes } from './substitution/account-scenes.ts'
import { type Attack, attacksOn, isGiven, rightInstruction } from './substitution/attacks.ts'
import { exchangeScenes } from './substitution/exchange-scenes.ts'
import { orderScenes } from './substitution/order-scenes.ts'
import { poolScenes } from './substitution/pool-scenes.ts'
import { riskScenes } from './substitution/risk-scenes.ts'
import type { Scenes } from './substitution/scene.ts'

const scenes: Scenes = { ...exchangeScenes, ...accountScenes, ...orderScenes, ...riskScenes, ...poolScenes }
const instructionOf = (scene: string): string => scene.split('/')[0] ?? scene

/** Accounts that a scene names. */
const attacked = new Map<string, Set<string>>()
let attacks = 0

test('every instruction has a scene', () => {
  expect([...new Set(Object.keys(scenes).map(instructionOf))].sort()).toEqual([...instructionNames].sort())
})

test.each(Object.entries(scenes))('%s refuses every substituted account', { timeout: 60_000 }, (scene, make) => {
  const name = instructionOf(scene)
  const setting = make()
  const right = rightInstruction(name, setting)
  const known = attacked.get(name) ?? new Set()
  attacked.set(name, known)
  for (const [at, account] of instructionAccounts(name).entries())
    if (isGiven(right, at, account)) known.add(account.name)

  const through = attacksOn(name, setting).filter((attack) => {
    attacks++
    return getsThrough(setting.world, attack)
  })
  expect(through.map(({ what }) => what)).toEqual([])
  const receipt = setting.world.svm.send(right, setting.call.signers)
  expect(receipt.ok, receipt.logs.join('\n')).toBe(true)
})

/** What may be passed over must leave the ledger exact and the orders of others alone. */
function getsThrough(world: World, { instruction, signers, mayBeSkipped }: Attack): boolean {
  if (!mayBeSkipped) return world.svm.send(instruction, [...signers]).ok
  const copy = world.fork()
  const outcome = copy.svm.send(instruction, [...signers])
  if (outcome.ok) checkLedger(copy)
  return outcome.ok && decodeEvents(outcome.inner).some(({ name }) => name !== 'orderFilled')
}

test('no account of any instruction is left out', () => {
  for (const name of instructionNames) {
    const missing = instructionAccounts(name).filter((account) => !attacked.get(name)?.has(account.name))
    expect(
      missing.map((account) => account.name),
      name,
    ).toEqual([])
  }
  expect(attacks).toBeGreaterThan(1_900)
})
