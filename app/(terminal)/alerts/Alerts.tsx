'use client'
import { useEffect, useMemo } from 'react'
import { toast } from 'sonner'
import { serverNow } from '#app/data/connection.ts'
import { useMarketList } from '#app/data/markets.ts'
import { useSystemConfig } from '#app/data/system.ts'
import { useUser } from '#app/data/user.ts'
import { useAuthority } from '#app/wallet/store.ts'
import type { AccountDto } from '#server/exchange/schema.ts'
import { useCollateralTerms } from '../account/collateral.ts'
import { useFillNotices } from '../account/fill-notices.ts'
import { marketsOf } from '../account/portfolio.ts'
import type { Notice } from './model.ts'
import { prepareSounds } from './sounds.ts'
import { useAlerts, useNotices } from './store.ts'
import { announceVisibility, hold } from './tell.ts'
import { watch } from './watch.ts'

/** One tab of the browser watches, for all. */
const WATCHES = 'quantdesk-alerts'

/** Watches while a page is open, and shows in every tab what was told in one. Draws nothing itself. */
export function Alerts(): null {
  const authority = useAuthority()
  const rules = useAlerts((alerts) => alerts.rules)
  const held = useUser(authority, marketsHeld)
  const usdcMint = useSystemConfig()?.usdcMint
  const collaterals = useCollateralTerms()
  useMarketList()
  useFillNotices(authority)
  useEffect(useAlerts.follow, [])
  useEffect(useNotices.follow, [])
  useEffect(prepareSounds, [])
  useEffect(announceVisibility, [])
  useEffect(showNewNotices, [])

  const markets = useMemo(() => {
    const needed = [...rules, ...collaterals].map(({ market }) => market)
    return [...new Set([...needed, ...(held === undefined || held === '' ? [] : held.split(','))])].sort().join()
  }, [rules, collaterals, held])
  useEffect(() => {
    if (usdcMint === undefined) return
    const needed = markets === '' ? [] : markets.split(',')
    return hold(WATCHES, 'exclusive', () => watch(needed, { authority, usdcMint, collaterals }))
  }, [markets, authority, usdcMint, collaterals])
  return null
}

const marketsHeld = ({ subAccounts }: AccountDto): string => [...new Set(subAccounts.flatMap(marketsOf))].sort().join()

/** Fills have toasts of their own, which know whether somebody waits for them. */
function showNewNotices(): () => void {
  return useNotices.subscribe(({ notices }, before) => {
    const told = new Set(before.notices.map(({ id }) => id))
    for (const notice of notices) {
      // What is read from an earlier visit is no news.
      const isNews = !told.has(notice.id) && !notice.read && serverNow() - notice.at < FRESH_MS
      if (isNews && notice.kind !== 'fill') show(notice)
    }
  })
}

const FRESH_MS = 10_000

const TOAST = { info: toast.info, warning: toast.warning, critical: toast.error } as const

function show({ id, severity, title, text }: Notice): void {
  const stays = severity === 'critical' ? { duration: Number.POSITIVE_INFINITY, closeButton: true } : {}
  TOAST[severity](title, { id, description: text, ...stays })
}
