'use client'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useSettings } from '#app/data/SettingsProvider.tsx'
import { identity } from '#app/data/store.ts'
import { t } from '#app/i18n/t.ts'
import { Dialog } from '#app/ui/Dialog.tsx'
import { Kbd } from '#app/ui/Tag.tsx'
import { setHelpOpen, usePalette } from '../palette/state.ts'
import { COMMANDS, type Command, GROUPS } from './commands.ts'
import { HELP_KEY, keyFor, keymapOf, PALETTE_KEY, shownKey } from './keys.ts'
import { sizeText } from './sizes.ts'

/** All keys, as they are now. */
export function Help() {
  const open = usePalette((state) => state.help)
  const { hotkeys, hotkeysOn, sizes, confirm } = useSettings(identity)
  const keymap = keymapOf(hotkeys)
  return (
    <Dialog
      open={open}
      onOpenChange={setHelpOpen}
      title={t('Keys')}
      className="max-w-[640px]"
      description={
        hotkeysOn
          ? confirm.quick
            ? t('They work wherever nothing is being typed. What trades asks first.')
            : t('They work wherever nothing is being typed. What trades is sent at once, without a question.')
          : t('They are turned off; only these two work.')
      }
    >
      <div className="grid gap-x-6 gap-y-3 md:grid-cols-2">
        <KeyList title={t('Always')}>
          <KeyRow label={t('Commands, also to trade in words')} keyName={PALETTE_KEY} />
          <KeyRow label={t('This list')} keyName={HELP_KEY} />
        </KeyList>
        {hotkeysOn &&
          (Object.keys(GROUPS) as Command['group'][]).map((group) => (
            <KeyList key={group} title={t(GROUPS[group])}>
              {COMMANDS.filter((command) => command.group === group).map(({ id, label }) => {
                const preset = /^size(\d)$/.exec(id)?.[1]
                const text =
                  preset === undefined
                    ? t(label)
                    : t('{size} into the ticket', { size: sizeText(sizes[Number(preset) - 1] ?? '') })
                return <KeyRow key={id} label={text} keyName={keyFor(keymap, id)} />
              })}
            </KeyList>
          ))}
      </div>
      <Link href="/settings#hotkeys" onClick={() => setHelpOpen(false)} className="text-accent hover:underline">
        {t('Change keys, sizes and confirmations')}
      </Link>
    </Dialog>
  )
}

function KeyList({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid content-start gap-1">
      <h3 className="text-faint text-xs">{title}</h3>
      <dl className="grid grid-cols-[1fr_auto] items-center gap-y-1">{children}</dl>
    </section>
  )
}

function KeyRow({ label, keyName }: { label: string; keyName: string | null }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className="text-right">
        {keyName === null ? <span className="text-faint">{t('none')}</span> : <Kbd>{shownKey(keyName)}</Kbd>}
      </dd>
    </>
  )
}
