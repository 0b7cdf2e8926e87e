'use client'
import { Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { SOUND_EVENTS, SOUNDS, type Sound, type SoundEvent } from '#app/data/settings.ts'
import { identity } from '#app/data/store.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button, IconButton } from '#app/ui/Button.tsx'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Slider } from '#app/ui/Slider.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { play, prepareSounds } from '../alerts/sounds.ts'
import { setNoticesOpen } from '../alerts/store.ts'
import { Row } from './Row.tsx'

const EVENT: Readonly<Record<SoundEvent, { label: string; hint: string }>> = {
  fill: { label: word('Fills'), hint: word('An order of yours has filled.') },
  alert: { label: word('Alerts'), hint: word('A price or a rate that you watch, and the first word of a danger.') },
  danger: { label: word('Danger'), hint: word('A position comes near liquidation, or is liquidated.') },
}
const SOUND: Readonly<Record<Sound, string>> = {
  none: word('Silent'),
  tick: word('Tick'),
  chime: word('Chime'),
  bell: word('Bell'),
  alarm: word('Alarm'),
}

export function AlertSettings() {
  return (
    <>
      <Row
        label={t('What is watched')}
        hint={t('Prices, funding, fills and the distance from liquidation, with their thresholds.')}
      >
        <Button variant="outline" onClick={() => setNoticesOpen(true, 'alerts')}>
          {t('Set alerts')}
        </Button>
      </Row>
      <Sounds />
      <BrowserNotices />
    </>
  )
}

function Sounds() {
  const { soundsOn, volume, sounds } = useSettings(identity)
  const set = useSetSettings()
  useEffect(prepareSounds, [])
  return (
    <>
      <Row label={t('Sounds')} hint={t('A browser plays them only after the page was touched once.')}>
        <div className="flex items-center gap-4">
          <Checkbox checked={soundsOn} onChange={(on) => set({ soundsOn: on })}>
            {t('On')}
          </Checkbox>
          <Slider
            label={t('Volume')}
            min={0}
            max={100}
            value={volume}
            onChange={(next) => set({ volume: next })}
            valueText={t('{volume} percent', { volume })}
            disabled={!soundsOn}
            className="grow"
          />
        </div>
      </Row>
      {SOUND_EVENTS.map((event) => (
        <Row key={event} label={t(EVENT[event].label)} hint={t(EVENT[event].hint)}>
          <div className="flex gap-2">
            <SelectMenu
              label={t('Sound of {event}', { event: t(EVENT[event].label) })}
              align="end"
              disabled={!soundsOn}
              value={sounds[event]}
              onChange={(next) => {
                set({ sounds: { ...sounds, [event]: next } })
                play(next, volume)
              }}
              triggerClassName="h-8 grow justify-between rounded-md bg-raised px-2.5 font-medium"
              items={SOUNDS.map((value) => ({ value, label: t(SOUND[value]) }))}
            />
            <IconButton
              label={t('Play the sound of {event}', { event: t(EVENT[event].label) })}
              disabled={!soundsOn || sounds[event] === 'none'}
              onClick={() => play(sounds[event], volume)}
            >
              <Play aria-hidden className="size-3.5" />
            </IconButton>
          </div>
        </Row>
      ))}
    </>
  )
}

/** The browser's own permission comes first, and only a click may ask for it. */
function BrowserNotices() {
  const on = useSettings((settings) => settings.browserNotices)
  const set = useSetSettings()
  const [permission, setPermission] = useState<NotificationPermission | 'unsupported'>('default')
  useEffect(() => setPermission('Notification' in window ? Notification.permission : 'unsupported'), [])
  const turn = async (next: boolean): Promise<void> => {
    const granted = next && permission !== 'granted' ? await Notification.requestPermission() : permission
    setPermission(granted)
    set({ browserNotices: next && granted === 'granted' })
  }
  const hint =
    permission === 'unsupported'
      ? t('This browser shows none.')
      : permission === 'denied'
        ? t('This browser has been told not to show any for this page: allow them in its settings first.')
        : t('While no tab of the page can be seen.')
  return (
    <Row label={t('Notifications of the browser')} hint={hint}>
      <Checkbox
        checked={on && permission === 'granted'}
        disabled={permission === 'unsupported' || permission === 'denied'}
        onChange={(next) => void turn(next)}
      >
        {t('Show them')}
      </Checkbox>
    </Row>
  )
}
