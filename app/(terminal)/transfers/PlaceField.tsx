'use client'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { useAuthority } from '#app/wallet/store.ts'
import { type Place, placeName } from './places.ts'

type PlaceFieldProps = { label: string; value: Place; onChange: (place: Place) => void }

/** One end of a move: the wallet, or one of its sub-accounts. */
export function PlaceField({ label, value, onChange }: PlaceFieldProps) {
  const subAccounts = useUser(useAuthority(), (account) => account.subAccounts) ?? []
  const places: Place[] = ['wallet', ...subAccounts.map(({ id }) => id)]
  return (
    <div className="flex h-9 items-center rounded-md bg-raised px-2.5">
      <span className="text-faint">{label}</span>
      <SelectMenu
        label={label}
        align="end"
        value={String(value)}
        onChange={(next) => onChange(next === 'wallet' ? next : Number(next))}
        triggerClassName="ml-auto font-medium text-md"
        items={places.map((place) => {
          const only = subAccounts.find(({ id }) => id === place)?.isolatedMarket
          return {
            value: String(place),
            label: placeName(place),
            ...(only == null ? {} : { hint: t('{market} only', { market: only }) }),
          }
        })}
      />
    </div>
  )
}
