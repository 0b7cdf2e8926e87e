'use client'
import { t } from '#app/i18n/t.ts'
import { formatPercent } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Tag } from '#app/ui/Tag.tsx'
import { formatUnits } from '#client/units.ts'
import { Panel } from '../status/Panel.tsx'
import { durationText } from './duration.ts'
import type { usePool } from './use-pool.ts'

const BPS_DECIMALS = 4
const percent = (bps: number): string => formatPercent(formatUnits(BigInt(bps), BPS_DECIMALS), 0)

/** How long leaving takes, and who gets which part of the fees: as the exchange is set now. */
export function TermsPanel({ pool }: { pool: ReturnType<typeof usePool> }) {
  return (
    <Panel title={t('Terms')} asked={pool}>
      {({ terms }) => (
        <KeyValueList className="px-3 text-xs">
          <KeyValue label={t('Wait before an exit is paid')}>{durationText(terms.exitCooldownS)}</KeyValue>
          <KeyValue label={t('Fee to enter or leave')}>{t('none')}</KeyValue>
          <KeyValue label={t('Trading fees to the pool')} title={t("After the makers' rebates and referrers' shares")}>
            {percent(terms.feeShareBps)}
          </KeyValue>
          <KeyValue label={t('Trading fees to the treasury')}>{percent(terms.treasuryShareBps)}</KeyValue>
          <KeyValue label={t('Trading fees to insurance')}>{percent(terms.insuranceShareBps)}</KeyValue>
          <KeyValue label={t('Spread of its trades')}>{t('to the pool')}</KeyValue>
          <KeyValue label={t('Funding on its positions')}>{t('received or paid')}</KeyValue>
          {(terms.depositsPaused || terms.exitsPaused) && (
            <KeyValue label={t('Paused now')}>
              <Tag tone="warn">
                {terms.depositsPaused && terms.exitsPaused
                  ? t('Deposits and exits')
                  : terms.exitsPaused
                    ? t('Exits')
                    : t('Deposits')}
              </Tag>
            </KeyValue>
          )}
        </KeyValueList>
      )}
    </Panel>
  )
}
