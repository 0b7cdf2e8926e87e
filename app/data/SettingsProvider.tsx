'use client'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { type Dictionary, setDictionary } from '../i18n/language.ts'
import { setFormatChoice } from '../ui/format-choice.ts'
import { THEME_COLOR } from '../ui/theme-color.ts'
import {
  createSettingsStore,
  SETTINGS_COOKIE,
  type Settings,
  type SettingsStore,
  serializeSettings,
  shareSettings,
  writeCookie,
} from './settings.ts'

const SettingsContext = createContext<SettingsStore | undefined>(undefined)

type SettingsProviderProps = { initial: Settings; dictionary: Dictionary; children: ReactNode }

export function SettingsProvider({ initial, dictionary, children }: SettingsProviderProps) {
  const [store] = useState(() => openStore(initial, dictionary))
  const router = useRouter()
  useEffect(() => {
    const light = matchMedia('(prefers-color-scheme: light)')
    const follow = () => applyLook(store.getState())
    light.addEventListener('change', follow)
    return () => light.removeEventListener('change', follow)
  }, [store])
  useEffect(() => joinOtherTabs(store), [store])
  useEffect(
    () =>
      store.subscribe((now, before) => {
        // No component listens to how numbers are written: the page is rendered anew, with all its state.
        if (now.numbers !== before.numbers || now.timeZone !== before.timeZone) router.refresh()
        // Its words come with the page.
        if (now.language !== before.language) location.reload()
      }),
    [store, router],
  )
  return <SettingsContext value={store}>{children}</SettingsContext>
}

/** In the browser, a store that keeps itself: listening from an effect would miss a press that comes before it runs. */
function openStore(initial: Settings, dictionary: Dictionary): SettingsStore {
  const store = createSettingsStore(initial)
  if (typeof document !== 'undefined') {
    shareSettings(store)
    setFormatChoice(initial)
    setDictionary(dictionary)
    store.subscribe((settings) => {
      writeCookie(SETTINGS_COOKIE, serializeSettings(settings))
      setFormatChoice(settings)
      applyLook(settings)
    })
  }
  return store
}

/** What is changed in one tab holds in all. @returns the function that leaves. */
function joinOtherTabs(store: SettingsStore): () => void {
  const channel = new BroadcastChannel(SETTINGS_COOKIE)
  let told: Settings | undefined
  channel.onmessage = ({ data }: MessageEvent<Settings>) => {
    told = data
    store.setState(data)
  }
  const stop = store.subscribe((settings) => {
    const isNews = told === undefined || serializeSettings(told) !== serializeSettings(settings)
    told = undefined
    if (isNews) channel.postMessage(settings)
  })
  return () => {
    stop()
    channel.close()
  }
}

function applyLook({ theme, colors }: Settings): void {
  const light = theme === 'light' || (theme === 'system' && matchMedia('(prefers-color-scheme: light)').matches)
  const { dataset } = document.documentElement
  dataset.theme = light ? 'light' : 'dark'
  dataset.colors = colors
  const shown = THEME_COLOR[light ? 'light' : 'dark']
  for (const meta of document.querySelectorAll('meta[name=theme-color]')) meta.setAttribute('content', shown)
  // Canvases cannot inherit colours; they repaint when they hear this.
  dispatchEvent(new Event('quantdesk:look'))
}

/** Calls `repaint` whenever the colours of the page change. @returns the function that ends it. */
export function onLookChange(repaint: () => void): () => void {
  addEventListener('quantdesk:look', repaint)
  return () => removeEventListener('quantdesk:look', repaint)
}

function useSettingsStore(): SettingsStore {
  const store = useContext(SettingsContext)
  if (store === undefined) throw new Error('Settings are read outside SettingsProvider: render it in the layout')
  return store
}

/** One of the user's settings. */
export function useSettings<T>(select: (settings: Settings) => T): T {
  return useStore(useSettingsStore(), select)
}

/** Changes settings; they are kept in the cookie. */
export function useSetSettings(): (change: Partial<Settings> | ((settings: Settings) => Partial<Settings>)) => void {
  return useSettingsStore().setState
}
