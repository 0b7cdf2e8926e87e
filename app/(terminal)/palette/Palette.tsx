'use client'
import { Autocomplete } from '@base-ui/react/autocomplete'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { t } from '#app/i18n/t.ts'
import { Dialog } from '#app/ui/Dialog.tsx'
import { Kbd } from '#app/ui/Tag.tsx'
import { keymapOf, shownKey } from '../commands/keys.ts'
import { usePlace } from '../commands/use-place.ts'
import { PAGES } from '../TopNav.tsx'
import { findItems, type PaletteItem } from './items.ts'
import { setPaletteOpen, usePalette } from './state.ts'

/** One line for everything: go anywhere, do anything, trade in words. */
export function Palette() {
  const open = usePalette((state) => state.palette)
  return (
    <Dialog open={open} onOpenChange={setPaletteOpen} title={t('Commands')} className="max-w-[560px]">
      <Line />
    </Dialog>
  )
}

function Line() {
  const [typed, setTyped] = useState('')
  const place = usePlace()
  const keymap = keymapOf(useSettings((settings) => settings.hotkeys))
  const items = findItems(typed, { place, keymap, pages: PAGES })
  const run = (item: PaletteItem): void => {
    setPaletteOpen(false)
    // After the window has gone, so that what opens next gets the focus.
    setTimeout(item.run)
  }
  return (
    <Autocomplete.Root
      inline
      open
      mode="none"
      autoHighlight="always"
      items={items}
      itemToStringValue={(item: PaletteItem) => item.label}
      value={typed}
      onValueChange={(value, { reason }) => {
        if (reason !== 'item-press') setTyped(value)
      }}
    >
      <div className="flex h-9 items-center gap-2 rounded-md bg-raised px-2.5 text-faint focus-within:outline-1 focus-within:outline-accent">
        <Search aria-hidden className="size-3.5" />
        <Autocomplete.Input
          autoFocus
          aria-label={t('Type a command')}
          placeholder={t('buy 2 sol, close half, alert btc 100000, cancel, settings…')}
          className="w-full bg-transparent text-md text-text outline-none placeholder:text-faint"
        />
      </div>
      <Autocomplete.Empty className="p-3 text-center text-faint empty:hidden">
        {t('Nothing begins like this. Orders are written as “buy 2 sol” or “sell 500 usdc btc at 95000”.')}
      </Autocomplete.Empty>
      <Autocomplete.List className="max-h-[50dvh] overflow-y-auto">
        {(item: PaletteItem) => (
          <Autocomplete.Item
            key={item.id}
            value={item}
            onClick={() => run(item)}
            className="[&>kbd]:text-muted flex min-h-8 select-none items-center gap-2 rounded-sm px-2 py-1 outline-none data-highlighted:bg-hover"
          >
            <span className="grow">{item.label}</span>
            <span className="text-muted text-xs">{item.group}</span>
            {item.key != null && <Kbd>{shownKey(item.key)}</Kbd>}
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}
