'use client'
import { Layers } from 'lucide-react'
import { useState } from 'react'
import { useUser } from '#app/data/user.ts'
import { t } from '#app/i18n/t.ts'
import { IconButton } from '#app/ui/Button.tsx'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { useAuthority } from '#app/wallet/store.ts'
import { chooseSubAccount } from './choose-sub-account.ts'
import { useSubAccount } from './use-portfolio.ts'

const load = () => import('./SubAccountsDialog.tsx')

/** Which sub-account the page acts for, and the way to all of them. Nothing without an account. */
export function SubAccountSwitch() {
  const authority = useAuthority()
  const chosen = useSubAccount()
  const all = useUser(authority, (account) => account.subAccounts) ?? []
  const [managing, setManaging] = useState(false)
  const dialog = useLoaded(load, managing)
  if (authority === null || chosen == null) return null
  return (
    <span className="flex min-w-0 items-center whitespace-nowrap text-faint">
      {all.length > 1 ? (
        <SelectMenu
          label={t('Sub-account')}
          value={String(chosen.id)}
          onChange={(id) => chooseSubAccount(authority, Number(id))}
          triggerClassName="truncate text-muted"
          trigger={
            chosen.isolatedMarket === null
              ? `#${chosen.id}`
              : t('#{id} {market} only', { id: chosen.id, market: chosen.isolatedMarket.replace('-PERP', '') })
          }
          items={all.map(({ id, isolatedMarket }) => ({
            value: String(id),
            label: t('Sub-account {id}', { id }),
            ...(isolatedMarket === null ? {} : { hint: t('{market} only', { market: isolatedMarket }) }),
          }))}
        />
      ) : (
        <span>
          <span className="sr-only">{t('Sub-account')} </span>#{chosen.id}
        </span>
      )}
      <IconButton size="sm" label={t('Sub-accounts')} onClick={() => setManaging(true)}>
        <Layers aria-hidden className="size-3" />
      </IconButton>
      {managing && dialog !== undefined && <dialog.SubAccountsDialog onClose={() => setManaging(false)} />}
    </span>
  )
}
