'use client'
import { useEffect } from 'react'
import { useMarketList } from '#app/data/markets.ts'
import { onUserMessage, useUser } from '#app/data/user.ts'
import { useAuthority } from '#app/wallet/store.ts'
import { hold } from '../alerts/tell.ts'
import { runTwaps } from './run.ts'
import { noteSlice } from './slices.ts'
import { useTwaps } from './store.ts'

/** Runs time-weighted orders while a page is open: one tab of the browser for each wallet. Draws nothing itself. */
export function TwapRunner(): null {
  const authority = useAuthority()
  const markets = useTwaps(({ twaps }) =>
    [...new Set(twaps.filter((twap) => twap.authority === authority && isAlive(twap)).map(({ market }) => market))]
      .sort()
      .join(),
  )
  useMarketList()
  useUser(authority)
  useEffect(useTwaps.follow, [])
  useEffect(() => {
    if (authority === null) return
    return onUserMessage(authority, (message) => {
      if (message.type === 'order') noteSlice(message.order)
    })
  }, [authority])
  useEffect(() => {
    if (authority === null || markets === '') return
    return hold(`quantdesk-twap-${authority}`, 'exclusive', () => runTwaps(authority, markets.split(',')))
  }, [authority, markets])
  return null
}

const isAlive = ({ status, current }: { status: string; current: object | null }): boolean =>
  status !== 'ended' || current !== null
