/** Events prove their own completeness: the sequence of each account rises by one with each event that names it. */
import { PublicKey } from '@solana/web3.js'
import { expect } from 'vitest'
import type { Fields, ProgramEvent } from './program.ts'

/** Fields of an event: (account, sequence). An account in quotes is a singleton. */
type Pair = readonly [account: string, sequence: string]

const SUB_ACCOUNT: Pair = ['subAccount', 'sequence']
const VAULT: Pair = ['tokenVault', 'tokenVaultSequence']
const MARKET: Pair = ['market', 'marketSequence']

const PAIRS: Record<string, readonly Pair[]> = {
  exchangeInitialized: [['"exchange"', 'sequence']],
  pauseChanged: [['"exchange"', 'sequence']],
  tokenVaultInitialized: [['tokenVault', 'sequence']],
  marketInitialized: [['market', 'sequence']],
  userAccountCreated: [],
  subAccountCreated: [SUB_ACCOUNT],
  subAccountUpdated: [SUB_ACCOUNT],
  subAccountClosed: [SUB_ACCOUNT],
  collateralDeposited: [SUB_ACCOUNT, VAULT],
  collateralWithdrawn: [SUB_ACCOUNT, VAULT],
  orderPlaced: [SUB_ACCOUNT],
  orderCanceled: [SUB_ACCOUNT],
  orderFilled: [SUB_ACCOUNT, MARKET, ['keeperSubAccount', 'keeperSequence']],
  fundingAccrued: [['market', 'sequence']],
  positionLiquidated: [
    SUB_ACCOUNT,
    MARKET,
    ['"insurance"', 'insuranceSequence'],
    ['liquidatorSubAccount', 'liquidatorSequence'],
  ],
  poolDepositRequested: [
    ['"pool"', 'sequence'],
    ['subAccount', 'subAccountSequence'],
  ],
  poolSharesMinted: [
    ['"pool"', 'sequence'],
    ['subAccount', 'subAccountSequence'],
  ],
  poolAllocated: [['"pool"', 'sequence'], MARKET],
}

export function checkSequences(events: ProgramEvent[]): void {
  const last = new Map<string, bigint>()
  for (const { name, data } of events) {
    const pairs = PAIRS[name]
    if (!pairs) throw new Error(`no sequences known of ${name}`)
    for (const [account, field] of pairs) {
      const key = keyOf(account, data)
      const sequence = data[field]
      // No keeper named, or a request that did not touch its sub-account.
      if (key === null || sequence === 0n) continue
      expect(sequence, `${name} ${field}`).toBe((last.get(key) ?? 0n) + 1n)
      if (typeof sequence === 'bigint') last.set(key, sequence)
    }
  }
}

function keyOf(account: string, data: Fields): string | null {
  if (account.startsWith('"')) return account
  const key = data[account]
  return key instanceof PublicKey ? key.toBase58() : null
}
