'use client'
import { ChartSpline } from 'lucide-react'
import { t } from '../../../i18n/t.ts'
import { MenuCheck, MenuItem, MenuSeparator } from '../../../ui/Menu.tsx'
import { BarMenu } from '../BarMenu.tsx'
import { MOST_STUDIES } from '../setup.ts'
import { editSetup, useSetup } from '../use-setup.ts'
import { newStudy, STUDIES, STUDY_KINDS, type StudyKind } from './catalog.ts'

/** Adds indicators, and shows or hides what else a chart can have. Those that are on are edited in the legend. */
export function StudyMenu() {
  const { studies, volume, funding, fills, scale } = useSetup()
  const add = (kind: StudyKind) => editSetup({ studies: [...studies, newStudy(kind, crypto.randomUUID())] })
  return (
    <BarMenu label={t('Indicators')} icon={ChartSpline} words={t('Indicators')}>
      {STUDY_KINDS.map((kind) => (
        <MenuItem key={kind} disabled={studies.length >= MOST_STUDIES} onClick={() => add(kind)}>
          <span className="grow">{t(STUDIES[kind].name)}</span>
          <span className="text-faint text-xs">{t(STUDIES[kind].hint)}</span>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuCheck checked={volume} onChange={(on) => editSetup({ volume: on })}>
        {t('Volume')}
      </MenuCheck>
      <MenuCheck checked={funding} onChange={(on) => editSetup({ funding: on })}>
        {t('Funding rate')}
      </MenuCheck>
      <MenuCheck checked={fills} onChange={(on) => editSetup({ fills: on })}>
        {t('Own fills')}
      </MenuCheck>
      <MenuCheck checked={scale === 'log'} onChange={(on) => editSetup({ scale: on ? 'log' : 'linear' })}>
        {t('Logarithmic scale')}
      </MenuCheck>
    </BarMenu>
  )
}
