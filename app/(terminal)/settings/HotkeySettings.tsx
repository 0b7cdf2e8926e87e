'use client'
import { useEffect, useState } from 'react'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { isSizePreset } from '#app/data/settings.ts'
import { rich, t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Field } from '#app/ui/Field.tsx'
import { Kbd } from '#app/ui/Tag.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { COMMANDS, type Command, type CommandId, GROUPS } from '../commands/commands.ts'
import { HELP_KEY, isFree, keyFor, keymapOf, keyOf, PALETTE_KEY, rebind, shownKey } from '../commands/keys.ts'
import { sizeText } from '../commands/sizes.ts'
import { Row } from './Row.tsx'

export function HotkeySettings() {
  const on = useSettings((settings) => settings.hotkeysOn)
  const own = useSettings((settings) => settings.hotkeys)
  const set = useSetSettings()
  const [recorded, setRecorded] = useState<CommandId | null>(null)
  const keymap = keymapOf(own)
  return (
    <>
      <Row
        label={t('Keys')}
        hint={rich(
          'They are off while something is typed. {help} lists them, {palette} opens the command line; these two always work.',
          { help: <Kbd>{HELP_KEY}</Kbd>, palette: <Kbd>{shownKey(PALETTE_KEY)}</Kbd> },
        )}
      >
        <Checkbox checked={on} onChange={(hotkeysOn) => set({ hotkeysOn })}>
          {t('Keys trade and move around')}
        </Checkbox>
      </Row>
      <Sizes />
      {(Object.keys(GROUPS) as Command['group'][]).map((group) => (
        <div key={group} className="grid gap-1">
          <h3 className="text-faint text-xs">{t(GROUPS[group])}</h3>
          <ul className="grid gap-0.5">
            {COMMANDS.filter((command) => command.group === group).map(({ id, label }) => (
              <li key={id} className="flex min-h-7 items-center gap-2">
                <span className="grow">{t(label)}</span>
                <KeyButton
                  label={t(label)}
                  value={keyFor(keymap, id)}
                  recording={recorded === id}
                  start={() => setRecorded(id)}
                  end={(key) => {
                    setRecorded(null)
                    if (key !== null) set({ hotkeys: rebind(own, id, key) })
                  }}
                />
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div>
        <Button variant="outline" disabled={Object.keys(own).length === 0} onClick={() => set({ hotkeys: {} })}>
          {t('Use our keys again')}
        </Button>
      </div>
    </>
  )
}

type KeyButtonProps = {
  label: string
  value: string | null
  recording: boolean
  start: () => void
  /** Null leaves it as it was, '' takes the key away. */
  end: (key: string | null) => void
}

/** Shows the key; once pressed, it takes the next one. */
function KeyButton({ label, value, recording, start, end }: KeyButtonProps) {
  useEffect(() => {
    if (!recording) return
    const record = (event: KeyboardEvent): void => {
      const key = keyOf(event)
      if (key === null) return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (key === 'Escape') end(null)
      else if (key === 'Backspace' || key === 'Delete') end('')
      else if (isFree(key)) end(key)
    }
    addEventListener('keydown', record, true)
    return () => removeEventListener('keydown', record, true)
  })
  const shown = value === null ? t('none') : shownKey(value)
  return (
    <Button
      size="sm"
      variant={recording ? 'primary' : 'outline'}
      aria-label={t('Key of “{command}”: {key}', { command: label, key: shown })}
      onClick={recording ? () => end(null) : start}
      onBlur={() => recording && end(null)}
      className="min-w-20"
    >
      {recording ? t('Press a key, Del for none') : shown}
    </Button>
  )
}

function Sizes() {
  const sizes = useSettings((settings) => settings.sizes)
  const set = useSetSettings()
  const [typed, setTyped] = useState<{ at: number; text: string } | null>(null)
  return (
    <Row
      label={t('Sizes')}
      hint={t("In USDC, or as a share of the largest size at the ticket's leverage: “500”, “25%”.")}
    >
      <div className="grid grid-cols-2 gap-2">
        {sizes.map((size, at) => {
          const text = typed?.at === at ? typed.text : size
          return (
            <Field
              // biome-ignore lint/suspicious/noArrayIndexKey: the four are places, not things
              key={at}
              dense
              label={`${at + 1}`}
              aria-label={t('Size {number}: {size}', { number: at + 1, size: sizeText(size) })}
              value={text}
              onChange={(next) => {
                const plain = next.replaceAll(/\s/g, '')
                setTyped({ at, text: plain })
                if (isSizePreset(plain)) set({ sizes: sizes.map((known, index) => (index === at ? plain : known)) })
              }}
              onBlur={() => setTyped(null)}
              error={isSizePreset(text) ? undefined : t('Such as 500 or 25%')}
            />
          )
        })}
      </div>
    </Row>
  )
}
