import { toast } from 'sonner'
import { marketStore } from '#app/data/market.tsx'
import { ownAccount } from '#app/data/own-account.ts'
import { readUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { useWallet } from '#app/wallet/store.ts'
import type { MarketDto, MarketId, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'

/** Why a key or a command did nothing. */
export const tell = (title: string, description: string): void => {
  toast.info(title, { id: 'command', description })
}

/** The chosen sub-account as it is now; null, and said, when there is none. */
export function accountNow(): SubAccountDto | null {
  const { address } = useWallet.getState()
  const own = address === null ? null : ownAccount(address)
  const known = own === null ? [] : (readUser(own.authority)?.subAccounts ?? [])
  const found = known.find(({ id }) => id === own?.subAccountId)
  if (found === undefined) tell(t('No account'), t('Connect a wallet that has one on the exchange.'))
  return found ?? null
}

type Held = { subAccount: SubAccountDto; position: PositionDto; dto: MarketDto }

/** The position in a market; null, and said, when there is none. */
export function heldIn(market: MarketId): Held | null {
  const subAccount = accountNow()
  if (subAccount === null) return null
  const position = subAccount.positions.find(({ market: id, base }) => id === market && base !== '0')
  const dto = marketStore(market).get()
  if (position !== undefined && dto !== undefined) return { subAccount, position, dto }
  tell(t('No position in {market}', { market }), t('There is nothing to close or protect.'))
  return null
}
