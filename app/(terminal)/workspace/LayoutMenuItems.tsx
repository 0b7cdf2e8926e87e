'use client'
import { useSetSettings, useSettings } from '../../data/SettingsProvider.tsx'
import { t } from '../../i18n/t.ts'
import { MenuCheck, MenuItem, MenuSeparator, SelectItems } from '../../ui/popup/menu.tsx'
import { useBreakpoint } from './context.ts'
import { hide, show } from './edit.ts'
import { PANEL } from './panels.ts'
import { DEFAULT_PRESET, layoutOf, PRESET_LABEL, PRESETS, presetText } from './presets.ts'
import { type Layout, PANELS, panelsOf, writeLayout } from './tree.ts'

export function LayoutMenuItems() {
  const breakpoint = useBreakpoint()
  const layouts = useSettings((settings) => settings.layouts)
  const set = useSetSettings()
  if (breakpoint === undefined) return null
  const kept = layouts[breakpoint]
  const layout = layoutOf(breakpoint, kept)
  const text = writeLayout(layout)
  const preset = PRESETS.find((known) => presetText(breakpoint, known) === text)
  const keep = (next: string) => set((settings) => ({ layouts: { ...settings.layouts, [breakpoint]: next } }))
  const toggle = (next: Layout | undefined) => next !== undefined && keep(writeLayout(next))
  const shown = panelsOf(layout)
  const presets = PRESETS.map((known) => {
    const { label, hint } = PRESET_LABEL[known]
    return { value: known, label: t(label), hint: t(hint) }
  })
  return (
    <>
      <SelectItems items={presets} value={preset ?? ''} onChange={keep} />
      <MenuSeparator />
      {PANELS.map((panel) => {
        const isShown = shown.includes(panel)
        return (
          <MenuCheck
            key={panel}
            checked={isShown}
            disabled={isShown && shown.length === 1}
            onChange={() => toggle(isShown ? hide(layout, panel) : show(layout, panel))}
          >
            {t(PANEL[panel].title)}
          </MenuCheck>
        )
      })}
      <MenuSeparator />
      <MenuItem disabled={preset === DEFAULT_PRESET} onClick={() => keep(DEFAULT_PRESET)}>
        {t('Reset this layout')}
      </MenuItem>
    </>
  )
}
