'use client'
import { useState } from 'react'
import { t, word } from '../../../i18n/t.ts'
import { Button } from '../../../ui/Button.tsx'
import { cx } from '../../../ui/cx.ts'
import { Dialog } from '../../../ui/Dialog.tsx'
import { NumberField } from '../../../ui/Field.tsx'
import { editStudy } from '../use-setup.ts'
import { inputValue, newStudy, STUDIES, STUDY_COLORS, type Study, type StudyColor } from './catalog.ts'

const SWATCH: Record<StudyColor, string> = {
  accent: 'bg-accent',
  info: 'bg-info',
  warn: 'bg-warn',
  up: 'bg-up',
  down: 'bg-down',
  text: 'bg-text',
}
const COLOR_NAME: Record<StudyColor, string> = {
  accent: word('Blue'),
  info: word('Violet'),
  warn: word('Yellow'),
  up: word('Rising'),
  down: word('Falling'),
  text: word('Plain'),
}

/** Settings of one indicator; the chart follows while they are changed. */
export function StudyDialog({ study, onClose }: { study: Study; onClose: () => void }) {
  const kind = STUDIES[study.kind]
  const [texts, setTexts] = useState(() => study.inputs.map(String))
  const write = (at: number, text: string): void => {
    setTexts(texts.with(at, text))
    const input = kind.inputs[at]
    const value = input === undefined ? null : inputValue(text, input)
    if (value !== null) editStudy(study.id, { inputs: study.inputs.with(at, value) })
  }
  const reset = (): void => {
    const { inputs, color } = newStudy(study.kind, study.id)
    setTexts(inputs.map(String))
    editStudy(study.id, { inputs, color })
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t(kind.name)}>
      <div className="grid gap-2.5">
        {kind.inputs.map(({ label, initial, least, most, decimals }, at) => (
          <NumberField
            key={label}
            label={t(label)}
            value={texts[at] ?? ''}
            onChange={(text) => write(at, text)}
            decimals={decimals}
            step={decimals === 0 ? '1' : '0.1'}
            hint={
              Number(texts[at]) === study.inputs[at]
                ? undefined
                : t('{value} is used: {least} to {most}.', { value: study.inputs[at] ?? initial, least, most })
            }
          />
        ))}
        <div role="radiogroup" aria-label={t('Colour')} className="flex items-center gap-2">
          <span className="mr-auto text-faint">{t('Colour')}</span>
          {STUDY_COLORS.map((color) => (
            <label
              key={color}
              title={t(COLOR_NAME[color])}
              className="grid size-6 place-items-center rounded-md has-checked:bg-hover has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="study-color"
                aria-label={t(COLOR_NAME[color])}
                checked={study.color === color}
                onChange={() => editStudy(study.id, { color })}
                className="sr-only"
              />
              <span aria-hidden className={cx('size-3.5 rounded-full', SWATCH[color])} />
            </label>
          ))}
        </div>
        <div className="flex justify-between gap-2">
          <Button variant="outline" onClick={reset}>
            {t('Usual settings')}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {t('Done')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
