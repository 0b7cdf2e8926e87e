/** Money in, out and between accounts. */

import { unwrapAddress } from '#client/pda.ts'
import { attempt, writable } from '../attempt.ts'
import { SYSTEM_PROGRAM, TOKEN_PROGRAM } from '../chain.ts'
import { quoteOf, type Sub } from '../mirror.ts'
import { SOL_VAULT } from '../venue.ts'
import { type Action, addresses, type Walk } from '../walk.ts'

const USD = 1_000_000
const SOL = 1_000_000_000

const native = (dollars: number): bigint => BigInt(Math.round(dollars))

/** A vault with its accounts; index 0 is USDC. */
function vaultAccounts(walk: Walk, index: number) {
  const vault = walk.mirror.vault(index)
  return { tokenVault: vault.key, vaultTokens: vault.tokenAccount, tokenProgram: TOKEN_PROGRAM }
}

/** Deposits come when there is little, so that wealth stays where it can win or lose. */
export const depositTokens: Action = (walk) => {
  const { random } = walk
  const sub = random.pick(walk.subs())
  if (!sub) return null
  const rich = quoteOf(sub) > BigInt(5_000 * USD)
  const index = rich || random.chance(0.3) ? 2 : 0
  const userTokens = walk.traderOf(sub).tokens.get(index)
  if (!userTokens || sub.collaterals.some((c) => c.vaultIndex === 2 && c.amount > BigInt(5_000 * USD))) return null
  const amount = native(random.spread(20, 4_000) * USD)
  const accounts = { authority: sub.authority, subAccount: sub.key, userTokens, ...vaultAccounts(walk, index) }
  // Tightening may have lowered the cap; nothing else may stand between a trader and more margin.
  return attempt('depositTokens', accounts, { amount }, { mayFailWith: ['DepositCap'] })
}

export const depositNativeSol: Action = (walk) => {
  const { random } = walk
  const sub = random.pick(walk.subs())
  if (!sub || sub.collaterals.some((c) => c.vaultIndex === SOL_VAULT && c.amount > BigInt(40 * SOL))) return null
  const lamports = native(random.spread(0.1, 20) * SOL)
  const accounts = {
    authority: sub.authority,
    subAccount: sub.key,
    systemProgram: SYSTEM_PROGRAM,
    ...vaultAccounts(walk, SOL_VAULT),
  }
  return attempt('depositNativeSol', accounts, { lamports }, { mayFailWith: ['DepositCap'] })
}

/** A held token other than SOL, and how much of it to take. */
function heldTokens(walk: Walk, sub: Sub, native: boolean): { index: number; amount: bigint } | null {
  const held = sub.collaterals.filter((c) => c.amount > 0n && (c.vaultIndex === SOL_VAULT) === native)
  const chosen = walk.random.pick(held)
  return chosen ? { index: chosen.vaultIndex, amount: walk.random.part(chosen.amount) } : null
}

export const withdrawTokens: Action = (walk) => {
  const sub = walk.random.pick(walk.subs())
  const held = sub && heldTokens(walk, sub, false)
  const userTokens = held && walk.traderOf(sub).tokens.get(held.index)
  if (!held || !userTokens) return null
  const vault = vaultAccounts(walk, held.index)
  const accounts = {
    authority: sub.authority,
    exchange: addresses.exchange,
    userAccount: addresses.user(sub.authority),
    subAccount: sub.key,
    userTokens,
    ...vault,
  }
  return attempt(
    'withdrawTokens',
    accounts,
    { amount: held.amount },
    {
      remaining: walk.marginAccounts([sub], [vault.tokenVault]),
    },
  )
}

export const withdrawNativeSol: Action = (walk) => {
  const sub = walk.random.pick(walk.subs())
  const held = sub && heldTokens(walk, sub, true)
  if (!held) return null
  const vault = vaultAccounts(walk, SOL_VAULT)
  const accounts = {
    authority: sub.authority,
    exchange: addresses.exchange,
    userAccount: addresses.user(sub.authority),
    subAccount: sub.key,
    unwrapped: unwrapAddress(sub.key).toBase58(),
    nativeMint: walk.venue.mints[SOL_VAULT] ?? null,
    systemProgram: SYSTEM_PROGRAM,
    ...vault,
  }
  return attempt(
    'withdrawNativeSol',
    accounts,
    { lamports: held.amount },
    {
      remaining: walk.marginAccounts([sub], [vault.tokenVault]),
    },
  )
}

export const transferCollateral: Action = (walk) => {
  const { random } = walk
  const from = random.pick(walk.subs())
  const to = from && random.pick(walk.subs([walk.traderOf(from)]).filter((sub) => sub.key !== from.key))
  const held = from && random.pick(from.collaterals.filter(({ amount }) => amount > 0n))
  if (!to || !held) return null
  const tokenVault = walk.mirror.vault(held.vaultIndex).key
  const accounts = { authority: from.authority, from: from.key, to: to.key, tokenVault }
  return attempt(
    'transferCollateral',
    accounts,
    { amount: random.part(held.amount) },
    {
      remaining: walk.marginAccounts([from], [tokenVault]),
    },
  )
}

export const refillInsurance: Action = (walk) => {
  const sub = walk.random.pick(walk.subs().filter((candidate) => quoteOf(candidate) > BigInt(2_000 * USD)))
  if (!sub) return null
  const amount = native(walk.random.spread(1, 800) * USD)
  const inDeficit = walk.mirror.all('Market').filter(({ ledger }) => ledger.deficit > 0n)
  const market = walk.random.pick(inDeficit.toSorted((a, b) => a.index - b.index))?.key ?? null
  const accounts = { authority: sub.authority, subAccount: sub.key, insurance: addresses.insurance, market }
  return attempt(
    'refillInsurance',
    accounts,
    { amount },
    {
      remaining: walk.marginAccounts([sub], market === null ? [] : [market]),
    },
  )
}

export const collectReferralRewards: Action = (walk) => {
  const { random, mirror } = walk
  const owing = walk.traders
    .flatMap(({ user }) => mirror.find('UserAccount', user) ?? [])
    .filter((u) => u.referralOwed > 0n)
  const referrer = random.pick(owing)?.referrer
  const trader = walk.traders.find(({ user }) => user === referrer)
  const sub = trader && random.pick(walk.subs([trader]))
  if (!sub) return null
  const accounts = {
    authority: sub.authority,
    userAccount: trader.user,
    subAccount: sub.key,
    quoteVault: mirror.vault(0).key,
  }
  const referred = owing.filter((user) => user.referrer === referrer).map(({ key }) => writable(key))
  return attempt('collectReferralRewards', accounts, {}, { remaining: referred })
}
