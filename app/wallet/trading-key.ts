import { create } from 'zustand'
import { serverNow } from '#app/data/connection.ts'
import type { OwnAccount } from '#app/data/own-account.ts'
import { readUser } from '#app/data/user.ts'
import type { SubAccountDto } from '#server/exchange/schema.ts'
import { chainConfig } from './chain.ts'
import { useWallet } from './store.ts'
import type { TradingKey } from './trading-key-store.ts'

/** The key that this browser keeps for the connected wallet. Whether it may trade is on the chain alone. */
type Kept = { owner: string | null; key: TradingKey | null }

export const useTradingKey = create<Kept>()(() => ({ owner: null, key: null }))

export const loadKeyStore = () => import('./trading-key-store.ts')

/** A wallet may be used on several clusters from one address of this page. */
export const keyName = (owner: string): string => `${chainConfig().cluster}.${owner}`

async function recallTradingKey(owner: string | null): Promise<void> {
  if (owner === null) return useTradingKey.setState({ owner: null, key: null })
  const { readKey } = await loadKeyStore()
  // A browser that keeps nothing for pages has no key either.
  const key = await readKey(keyName(owner)).catch(() => null)
  if (useWallet.getState().address === owner) useTradingKey.setState({ owner, key })
}

const CHANNEL = 'quantdesk-trading-key'

/** Follows the key of `owner`, also when another tab makes or drops it. @returns the function that stops. */
export function followTradingKey(owner: string | null): () => void {
  const channel = new BroadcastChannel(CHANNEL)
  const recall = (): void => void recallTradingKey(owner)
  channel.onmessage = recall
  recall()
  return () => channel.close()
}

/** Tells this tab and the others that the kept key has changed. */
export async function announceKey(owner: string): Promise<void> {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(owner)
  channel.close()
  await recallTradingKey(owner)
}

/** Not used in its last seconds: it would be refused on arrival. */
const MARGIN_MS = 5_000

/** Whether `key` may trade for the sub-account now. */
export const mayTrade = (key: TradingKey | null, subAccount: DelegateOf | null | undefined, now: number): boolean =>
  key !== null && subAccount?.delegate === key.address && (subAccount.delegateExpiresAt ?? 0) - MARGIN_MS > now

type DelegateOf = Pick<SubAccountDto, 'delegate' | 'delegateExpiresAt'>

/** The key that signs instead of the account's owner; null when the wallet itself has to. */
export function activeKey({ authority, subAccountId }: OwnAccount): TradingKey | null {
  const { owner, key } = useTradingKey.getState()
  const subAccount = readUser(authority)?.subAccounts.find(({ id }) => id === subAccountId)
  return owner === authority && mayTrade(key, subAccount, serverNow()) ? key : null
}
