import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { START_COLOR, THEME_COLOR } from './theme-color.ts'

it('is the colour of the panels, and of what lies behind them', () => {
  const [dark = '', light = ''] = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').split(
    '[data-theme="light"]',
  )
  expect(dark).toContain(`--panel: ${THEME_COLOR.dark};`)
  expect(dark).toContain(`--bg: ${START_COLOR};`)
  expect(light).toContain(`--panel: ${THEME_COLOR.light};`)
})
