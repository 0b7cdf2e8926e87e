'use client'
import { useEffect, useRef } from 'react'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { setHelpOpen, setPaletteOpen, usePalette } from '../palette/state.ts'
import { COMMANDS } from './commands.ts'
import { HELP_KEY, keymapOf, keyOf, ownsKeys, PALETTE_KEY } from './keys.ts'
import { usePlace } from './use-place.ts'

const loadCommands = () => import('./run-command.ts')

/** Listens to the keyboard of the whole page. What they do is loaded with the first press. */
export function Hotkeys(): null {
  const place = usePlace()
  const on = useSettings((settings) => settings.hotkeysOn)
  const own = useSettings((settings) => settings.hotkeys)
  const latest = useRef({ place, on, own })
  useEffect(() => {
    latest.current = { place, on, own }
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const key = keyOf(event)
      // A panel that has taken the key for itself keeps it; a key held down is one wish.
      if (key === null || event.defaultPrevented || event.isComposing) return
      if (key === PALETTE_KEY) {
        event.preventDefault()
        if (!event.repeat) setPaletteOpen(!usePalette.getState().palette)
        return
      }
      if (event.repeat || ownsKeys(event.target)) return
      if (key === HELP_KEY) return setHelpOpen(true)
      const { place: here, on: isOn, own: keys } = latest.current
      const id = isOn ? keymapOf(keys).get(key) : undefined
      const command = COMMANDS.find((known) => known.id === id)
      if (command === undefined || (command.inMarket && !here.isTerminal)) return
      event.preventDefault()
      void loadCommands().then(({ RUN }) => RUN[command.id](here))
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return null
}
