'use client'
import { useMarket } from '../../data/market.tsx'
import { formatNumber } from '../../ui/format.ts'
import { Tag } from '../../ui/Tag.tsx'

export function MaxLeverage({ market }: { market: string }) {
  const leverage = useMarket(market, (m) => m.params.maxLeverage)
  return leverage === undefined ? null : <Tag>{formatNumber(leverage.toString(), { max: 0 })}×</Tag>
}

export const symbolOf = (market: string) => market.split('-')[0] ?? market
