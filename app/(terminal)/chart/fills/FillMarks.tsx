'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useMarket } from '../../../data/market.tsx'
import { identity, type Store, useStore } from '../../../data/store.ts'
import { useTRPC } from '../../../data/trpc.ts'
import { onUserMessage } from '../../../data/user.ts'
import { t } from '../../../i18n/t.ts'
import { formatPrice, formatSize } from '../../../ui/format.ts'
import { useAuthority } from '../../../wallet/store.ts'
import { useSubAccount } from '../../account/use-portfolio.ts'
import type { PriceChart } from '../price-chart.ts'
import { createFillLayer, type HoveredMark } from './fill-layer.ts'

/** So many of the newest are marked. */
const MOST_FILLS = 500

type FillMarksProps = { market: string; chart: PriceChart }
type Layer = ReturnType<typeof createFillLayer>

/** Marks the fills of the chosen sub-account, and says of the one under the pointer what it was. */
export function FillMarks({ market, chart }: FillMarksProps) {
  const authority = useAuthority()
  const address = useSubAccount()?.address
  const client = useQueryClient()
  const options = useTRPC().account.fills.queryOptions(
    { authority: authority ?? '', market, limit: MOST_FILLS },
    { enabled: authority !== null },
  )
  const fills = useQuery(options).data?.items
  const [layer, setLayer] = useState<Layer>()

  useEffect(() => {
    const made = createFillLayer(chart)
    setLayer(made)
    return made.remove
  }, [chart])
  useEffect(() => {
    layer?.show((fills ?? []).filter(({ subAccount }) => subAccount === address))
  }, [layer, fills, address])
  useEffect(() => {
    if (authority === null) return
    return onUserMessage(authority, (message) => {
      if (message.type !== 'fill' || message.fill.market !== market) return
      client.setQueryData(options.queryKey, (known) => known && { ...known, items: [message.fill, ...known.items] })
    })
  }, [authority, market, client, options.queryKey])

  return layer === undefined ? null : <FillTip market={market} hovered={layer.hovered} />
}

const TIP_GAP_PX = 14

function FillTip({ market, hovered }: { market: string; hovered: Store<HoveredMark | undefined> }) {
  const found = useStore(hovered, identity)
  const dto = useMarket(market)
  if (found === undefined || dto === undefined) return null
  const { side, size, price, count } = found.mark
  const { stepSize, tickSize } = dto.params
  const amount = formatSize(size.toFixed(9), stepSize, { suffix: ` ${dto.baseSymbol}` })
  return (
    <p
      className="pointer-events-none absolute top-0 left-0 z-4 whitespace-nowrap rounded-sm border border-line-strong bg-raised px-2 py-1 text-xs"
      style={{ transform: `translate(${found.x + TIP_GAP_PX}px, ${found.y + TIP_GAP_PX}px)` }}
    >
      {t(side === 'buy' ? 'Bought {size} at {price}' : 'Sold {size} at {price}', {
        size: amount,
        price: formatPrice(price.toFixed(9), tickSize),
      })}
      {count > 1 && (
        <span className="text-faint"> · {t('{count, plural, one {# fill} other {# fills}}', { count })}</span>
      )}
    </p>
  )
}
