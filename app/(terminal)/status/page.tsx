import { loadDictionary, titled } from '#app/i18n/load.ts'
import { t } from '#app/i18n/t.ts'
import { FundingPanel } from './FundingPanel.tsx'
import { InsurancePanel } from './InsurancePanel.tsx'
import { OfflineNotice } from './OfflineNotice.tsx'
import { PartsPanel } from './PartsPanel.tsx'
import { PoolPanel } from './PoolPanel.tsx'
import { SolvencyPanel } from './SolvencyPanel.tsx'
import { UptimePanel } from './UptimePanel.tsx'

export const generateMetadata = titled('Status')

/** What anybody may know of the exchange as a whole: is it solvent, what stands behind it, does every part work. */
export default async function StatusPage() {
  await loadDictionary()
  return (
    <>
      <h1 className="sr-only">{t('Status')}</h1>
      <OfflineNotice />
      <div className="grid min-h-0 flex-1 auto-rows-max grid-cols-1 content-start gap-px overflow-y-auto lg:grid-cols-2">
        <SolvencyPanel />
        <PartsPanel />
        <UptimePanel />
        <PoolPanel />
        <InsurancePanel />
        <FundingPanel />
      </div>
    </>
  )
}
