'use client'
import { LayoutTemplate } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import type { Interval } from '../../data/settings.ts'
import { t } from '../../i18n/t.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { MenuChoices, MenuItem, MenuSeparator } from '../../ui/Menu.tsx'
import { BarMenu } from './BarMenu.tsx'
import { activeSetup, addSetup, chooseSetup, problemOfName, removeSetup, renameSetup, type Setups } from './setup.ts'
import { editSetup, editSetups, useSetups } from './use-setup.ts'

type Naming = { kind: 'new' | 'rename'; name: string }

/** The kept set-ups of the chart: choose one, make another, name it, delete it. */
export function SetupMenu({ interval, onInterval }: { interval: Interval; onInterval: (interval: Interval) => void }) {
  const setups = useSetups((state) => state)
  const [naming, setNaming] = useState<Naming>()
  const { name } = activeSetup(setups)
  // The candle length belongs to the set-up; where it was chosen makes no difference.
  useEffect(() => editSetup({ interval }), [interval])

  const apply = (next: Setups): void => {
    editSetups(() => next)
    const { interval: chosen } = activeSetup(next)
    if (chosen !== null) onInterval(chosen)
  }

  return (
    <>
      <BarMenu label={t('Chart set-up {name}', { name })} icon={LayoutTemplate} words={name}>
        <MenuChoices
          items={setups.kept.map((setup) => ({ value: setup.name, label: setup.name, hint: setup.interval }))}
          value={name}
          onChange={(chosen) => apply(chooseSetup(setups, chosen))}
        />
        <MenuSeparator />
        <MenuItem onClick={() => setNaming({ kind: 'new', name: '' })}>{t('New from this…')}</MenuItem>
        <MenuItem onClick={() => setNaming({ kind: 'rename', name })}>{t('Rename…')}</MenuItem>
        <MenuItem disabled={setups.kept.length === 1} onClick={() => apply(removeSetup(setups))}>
          {t('Delete')}
        </MenuItem>
      </BarMenu>
      {naming !== undefined && <NameDialog naming={naming} onClose={() => setNaming(undefined)} />}
    </>
  )
}

function NameDialog({ naming, onClose }: { naming: Naming; onClose: () => void }) {
  const setups = useSetups((state) => state)
  const [name, setName] = useState(naming.name)
  const [tried, setTried] = useState(false)
  const problem = name.trim() === naming.name && naming.kind === 'rename' ? null : problemOfName(setups, name)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (problem !== null) return
    editSetups((state) => (naming.kind === 'new' ? addSetup(state, name) : renameSetup(state, name)))
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(naming.kind === 'new' ? 'New chart set-up' : 'Rename the chart set-up')}
      description={t('Candle length, indicators and what else is shown. It is kept in this browser, for all markets.')}
    >
      <form className="grid gap-2.5" onSubmit={submit}>
        <Field
          label={t('Name')}
          value={name}
          onChange={setName}
          maxLength={40}
          error={tried ? (problem ?? undefined) : undefined}
        />
        <Button type="submit" variant="primary" size="lg">
          {t(naming.kind === 'new' ? 'Keep' : 'Rename')}
        </Button>
      </form>
    </Dialog>
  )
}
