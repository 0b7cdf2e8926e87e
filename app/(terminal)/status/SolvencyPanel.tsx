'use client'
import { useQuery } from '@tanstack/react-query'
import { t } from '#app/i18n/t.ts'
import { type Outputs, useTRPC } from '../../data/trpc.ts'
import { formatCount, formatNumber } from '../../ui/format.ts'
import { Table, Td, Th } from '../../ui/Table.tsx'
import { Tag } from '../../ui/Tag.tsx'
import { Age, Panel, REFRESH_MS } from './Panel.tsx'

type Solvency = Outputs['solvency']['latest']

/** Proof of solvency: tokens in the vaults against what everybody owns. */
export function SolvencyPanel() {
  const trpc = useTRPC()
  const asked = useQuery({ ...trpc.solvency.latest.queryOptions(), refetchInterval: REFRESH_MS })
  return (
    <Panel
      title={t('Proof of solvency')}
      asked={asked}
      aside={(data) => (
        <>
          <Age at={data.at} say={(when) => t('counted {when}', { when })} />
          <a href="/api/solvency" className="underline hover:text-text">
            JSON
          </a>
        </>
      )}
    >
      {(data) => (
        <>
          <Verdict solvency={data} />
          <Table label={t('Vaults')}>
            <thead>
              <tr>
                <Th>{t('Token')}</Th>
                <Th>{t('Held in the vault')}</Th>
                <Th>{t('Owned by everybody')}</Th>
                <Th>{t('Difference')}</Th>
              </tr>
            </thead>
            <tbody>
              {data.vaults.map(({ mint, symbol, held, owned, difference }) => (
                <tr key={mint}>
                  <Td title={mint}>{symbol}</Td>
                  <Td>{formatNumber(held, { min: 2 })}</Td>
                  <Td>{formatNumber(owned, { min: 2 })}</Td>
                  <Td className={difference.startsWith('-') ? 'text-down' : undefined}>
                    {formatNumber(difference, { sign: true })}
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </>
      )}
    </Panel>
  )
}

function Verdict({ solvency: { solvent, failed, checks, slot } }: { solvency: Solvency }) {
  return (
    <div className="grid gap-1 px-3 pb-2 text-muted text-xs">
      <p className="flex items-center gap-2">
        <Tag tone={solvent ? 'up' : 'down'}>{solvent ? t('Solvent') : t('Does not add up')}</Tag>
        {t('{held} of {checks} equations of the ledger hold at slot {slot}', {
          held: formatCount(checks - failed.length),
          checks: formatCount(checks),
          slot: formatCount(slot),
        })}
      </p>
      {failed.map(({ name, difference }) => (
        <p key={name} className="text-down">
          {t('{equation}: off by {difference} native units', { equation: name, difference })}
        </p>
      ))}
    </div>
  )
}
