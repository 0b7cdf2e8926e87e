import Link from 'next/link'
import { t } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { formatCompact, formatCount, formatPercent, formatUsd, shorten, signColor } from '#app/ui/format.ts'
import { Td } from '#app/ui/Table.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import type { LeaderboardRowDto } from '#server/exchange/leaderboard-schema.ts'

const MEDALS = ['text-warn', 'text-muted', 'text-accent'] as const

/** One trader; the whole row leads to the account. */
export function TraderRow({ row, isOwn }: { row: LeaderboardRowDto; isOwn: boolean }) {
  const { rank, authority, name, pnl, roi, volume, trades } = row
  const shownPnl = formatUsd(pnl, { sign: true })
  const shownRoi = formatPercent(roi, 2, { sign: true })
  return (
    <tr
      aria-current={isOwn || undefined}
      className={cx('relative hover:bg-raised has-[a:focus-visible]:bg-raised', isOwn && 'bg-accent-soft')}
    >
      <Td className={cx('pl-4! font-semibold', MEDALS[rank - 1] ?? 'text-faint')}>{formatCount(rank)}</Td>
      <Td className="text-left!">
        <Link
          href={`/portfolio/${authority}`}
          prefetch={false}
          title={authority}
          className="font-medium after:absolute after:inset-0 focus-visible:outline-none"
        >
          {name ?? shorten(authority)}
        </Link>
        {name !== null && <span className="ml-2 text-faint max-md:hidden">{shorten(authority)}</span>}
        {isOwn && <Tag className="ml-2">{t('You')}</Tag>}
      </Td>
      <Td className={signColor(shownPnl)}>{shownPnl}</Td>
      <Td className={signColor(shownRoi)}>{shownRoi}</Td>
      <Td className="max-md:hidden">{formatCompact(volume, { prefix: '$' })}</Td>
      <Td className="pr-4! max-md:hidden">{formatCount(trades)}</Td>
    </tr>
  )
}
