/** Events prove their own completeness: the sequence of each account rises by one with each event that names it. */
import { PublicKey } from '@solana/web3.js'
import { expect } from 'vitest'
import type { ProgramEvent, Value } from './program.ts'

/** Paths into an event: (account, sequence), `*` for each of a list. An account in quotes is a singleton. */
type Pair = readonly [account: string, sequence: string]

const EXCHANGE: Pair = ['"exchange"', 'sequence']
const POOL: Pair = ['"pool"', 'sequence']
const INSURANCE: Pair = ['"insurance"', 'insuranceSequence']
const SUB_ACCOUNT: Pair = ['subAccount', 'sequence']
const SECOND_SUB_ACCOUNT: Pair = ['subAccount', 'subAccountSequence']
const VAULT: Pair = ['tokenVault', 'tokenVaultSequence']
const MARKET: Pair = ['market', 'marketSequence']
/** A `MarketRecord`, and a party of a fill or a reduction. */
const MARKET_RECORD: Pair = ['market.market', 'market.sequence']
const party = (path: string): Pair => [`${path}.subAccount`, `${path}.sequence`]
const LIQUIDATOR: Pair = ['liquidatorSubAccount', 'liquidatorSequence']
const MAKERS = party('makers.*.party')

const PAIRS: Record<string, readonly Pair[]> = {
  exchangeInitialized: [EXCHANGE],
  pauseChanged: [EXCHANGE],
  changeProposed: [EXCHANGE],
  changeExecuted: [EXCHANGE, ['target', 'targetSequence']],
  changeCanceled: [EXCHANGE],
  riskTightened: [EXCHANGE, MARKET_RECORD, ['tokenVault.tokenVault', 'tokenVault.sequence']],
  feesCollected: [MARKET, INSURANCE, ['"pool"', 'poolSequence'], VAULT, ['treasurySubAccount', 'treasurySequence']],
  insuranceRefilled: [['"insurance"', 'sequence'], SECOND_SUB_ACCOUNT],
  tokenVaultInitialized: [['tokenVault', 'sequence']],
  marketInitialized: [['market', 'sequence']],
  userAccountCreated: [],
  userAccountUpdated: [],
  referralRewardsCollected: [SUB_ACCOUNT, VAULT],
  subAccountCreated: [SUB_ACCOUNT],
  subAccountUpdated: [SUB_ACCOUNT],
  subAccountClosed: [SUB_ACCOUNT],
  collateralDeposited: [SUB_ACCOUNT, VAULT],
  collateralWithdrawn: [SUB_ACCOUNT, VAULT],
  collateralTransferred: [['from', 'fromSequence'], ['to', 'toSequence'], VAULT],
  orderPlaced: [SUB_ACCOUNT],
  orderModified: [SUB_ACCOUNT],
  orderTriggered: [SUB_ACCOUNT],
  trailingStopMoved: [SUB_ACCOUNT],
  orderCanceled: [SUB_ACCOUNT],
  orderFilled: [MARKET, party('taker'), MAKERS, ['keeperSubAccount', 'keeperSequence']],
  fundingAccrued: [['market', 'sequence']],
  positionLiquidated: [party('party'), MAKERS, MARKET_RECORD, INSURANCE, LIQUIDATOR],
  positionDeleveraged: [party('party'), party('counterparty'), MARKET_RECORD, INSURANCE],
  collateralLiquidated: [SUB_ACCOUNT, LIQUIDATOR, ['quoteVault', 'quoteVaultSequence']],
  bankruptcyResolved: [SUB_ACCOUNT, MARKET_RECORD, INSURANCE],
  marketSettled: [MARKET_RECORD, INSURANCE],
  positionSettled: [party('party'), MARKET_RECORD],
  poolDepositRequested: [POOL, SECOND_SUB_ACCOUNT],
  poolSharesMinted: [POOL, SECOND_SUB_ACCOUNT],
  poolExitRequested: [POOL, SECOND_SUB_ACCOUNT],
  poolExited: [POOL, SECOND_SUB_ACCOUNT],
  poolAllocated: [POOL, MARKET],
}

export function checkSequences(events: ProgramEvent[]): void {
  const last = new Map<string, bigint>()
  for (const { name, data } of events) {
    const pairs = PAIRS[name]
    if (!pairs) throw new Error(`no sequences known of ${name}`)
    for (const [account, field] of pairs) {
      const sequences = at(data, field)
      for (const [i, key] of keysOf(account, data).entries()) {
        const sequence = sequences[i]
        // No keeper named, or an account the instruction did not touch after all.
        if (key === null || sequence === 0n) continue
        expect(sequence, `${name} ${field}`).toBe((last.get(key) ?? 0n) + 1n)
        if (typeof sequence === 'bigint') last.set(key, sequence)
      }
    }
  }
}

function keysOf(account: string, data: Value): (string | null)[] {
  if (account.startsWith('"')) return [account]
  return at(data, account).map((found) => (found instanceof PublicKey ? found.toBase58() : null))
}

/** The values a path leads to; `undefined` where it ends early. */
function at(value: Value | undefined, path: string): (Value | undefined)[] {
  const [step, ...rest] = path.split('.')
  if (step === undefined || step === '') return [value]
  if (value === null || typeof value !== 'object') return [undefined]
  if (step === '*') return Object.values(value).flatMap((each) => at(each, rest.join('.')))
  return at((value as { [key: string]: Value })[step], rest.join('.'))
}
