'use client'
import { useSetSettings, useSettings } from '../../data/SettingsProvider.tsx'
import { REACHES } from '../../data/settings.ts'
import { t } from '../../i18n/t.ts'
import { formatNumber } from '../../ui/format.ts'
import { SelectMenu } from '../../ui/Menu.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { useLoaded } from '../../ui/use-loaded.ts'
import { PanelBar } from '../workspace/PanelBar.tsx'

/** The depth curve, docked. */
export function DepthPanel({ market }: { market: string }) {
  return (
    <section aria-label={t('Depth')} className="flex h-full min-h-0 flex-col bg-panel">
      <PanelBar>
        <ReachMenu />
      </PanelBar>
      <Depth market={market} />
    </section>
  )
}

const load = () => import('./DepthCurve.tsx')

/** The curve itself. Its script comes when it is first shown: most layouts keep it behind the chart. */
export function Depth({ market }: { market: string }) {
  const part = useLoaded(load, true)
  return part === undefined ? <Skeleton className="m-3 flex-1" /> : <part.DepthCurve market={market} />
}

/** How far from the middle the curve reaches. */
export function ReachMenu() {
  const reach = useSettings((settings) => settings.depthReach)
  const set = useSetSettings()
  return (
    <SelectMenu
      label={t('Reach of the depth curve')}
      align="end"
      items={REACHES.map((known) => ({ value: known, label: `±${formatNumber(known)}\u202f%` }))}
      value={reach}
      onChange={(next) => set({ depthReach: next })}
      triggerClassName="text-muted"
    />
  )
}
