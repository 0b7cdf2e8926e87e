/** Invariants 8 and 11: what leaves the pool and the vaults, and who may send it. */
import type { PerpsEvent } from '#client/events.ts'
import { max, QUOTE } from '#client/math/fixed.ts'
import { meanBalance, SMALL_WITHDRAWALS, smallWithdrawalsOfVault, withdrawFloor } from '#client/math/limits.ts'
import { SYSTEM_PROGRAM } from '../chain.ts'
import type { Sub, Vault } from '../mirror.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

/** 11: what is left is the withdraw level, or the withdrawal is one of the day's small ones. */
function checkWithdrawal(step: Step): void {
  const vault = touched(step, 'TokenVault')[0]
  const user = touched(step, 'UserAccount')[0]
  if (!vault?.before || !vault.after || !user?.before || !user.after) throw new Error('a withdrawal without its vault')
  equal(vault.after.meanTotal, meanAt(vault.before, BigInt(step.now)), '11: the mean is that of the day')
  if (vault.after.ledgerTotal >= withdrawFloor(vault.after.meanTotal)) return
  const { index, price, decimals } = vault.after
  const counted = index === 0 ? QUOTE : max(price.price, price.emaPrice)
  const most = smallWithdrawalsOfVault(vault.before.ledgerTotal, counted, 10n ** BigInt(decimals))
  holds(user.after.exemptWithdrawn <= SMALL_WITHDRAWALS, '11: below the level an owner takes $10 000 a day at most')
  holds(vault.after.exemptWithdrawn <= most, '11: below the level a vault gives 5 % or $10 000 a day at most')
}

function meanAt({ meanTotal, meanAt: at, ledgerTotal }: Vault, now: bigint): bigint {
  return meanBalance(meanTotal, ledgerTotal, now > at ? now - at : 0n)
}

/** 8: neither who comes nor who goes makes the shares of the others worth less. */
export function checkMoney(walk: Walk, step: Step, event: PerpsEvent): void {
  if (event.name === 'CollateralWithdrawn') checkWithdrawal(step)
  const { pool } = walk.mirror
  if (event.name === 'PoolSharesMinted' && event.data.amount > 0n) {
    const { amount, shares, netAssetValue, totalShares } = event.data
    const [navBefore, sharesBefore] = [netAssetValue - amount, totalShares - shares]
    holds(shares > 0n, '8: a deposit mints a share')
    holds(netAssetValue * sharesBefore >= navBefore * totalShares || sharesBefore === 0n, '8: a deposit dilutes nobody')
  }
  if (event.name === 'PoolExited' && event.data.shares > 0n) {
    const { amount, shares, netAssetValue, totalShares, interest } = event.data
    const [navBefore, sharesBefore] = [netAssetValue + amount - interest, totalShares + shares]
    holds(netAssetValue * sharesBefore >= navBefore * totalShares, '8: an exit takes nothing from those who stay')
  }
  if (pool.shares === 0n) equal(pool.idle, 0n, '8: without shares there is no capital')
}

/** Instructions of an owner alone, and those of a delegate too. */
const OWNERS = new Set([
  'withdrawTokens',
  'withdrawNativeSol',
  'transferCollateral',
  'refillInsurance',
  'depositToPool',
  'requestPoolExit',
  'closeSubAccount',
  'updateSubAccount',
  'updateUserAccount',
  'collectReferralRewards',
])
const TRADERS = new Set(['placeOrder', 'openPosition', 'closePosition', 'modifyOrder', 'cancelOrder'])

/** Nobody moves another's money or orders. */
export function checkAuthority(step: Step): void {
  const { attempt, outcome, now } = step
  if (!outcome.ok) return
  if (OWNERS.has(attempt.name)) {
    for (const { before } of changedSubs(step))
      equal(attempt.accounts.authority, before.authority, 'only the owner moves money')
  }
  if (TRADERS.has(attempt.name)) {
    for (const { before } of changedSubs(step)) {
      const { trader } = attempt.accounts
      const isDelegate =
        trader === before.delegate && trader !== SYSTEM_PROGRAM && BigInt(now) < before.delegateExpiresAt
      holds(trader === before.authority || isDelegate, 'only the owner or a delegate trades')
    }
  }
}

/** An account passed for nothing stays as it was. */
function changedSubs(step: Step): { before: Sub }[] {
  return touched(step, 'SubAccount').flatMap(({ before, after }) =>
    before !== null && before.sequence !== after?.sequence ? [{ before }] : [],
  )
}
