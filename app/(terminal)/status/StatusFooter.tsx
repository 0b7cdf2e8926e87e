'use client'
import { Monitor, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { t, word } from '#app/i18n/t.ts'
import { useNow } from '../../data/clock.ts'
import { type ConnectionStatus, useConnection } from '../../data/connection.ts'
import { useSystem } from '../../data/market.tsx'
import { useRpcLatency } from '../../data/rpc.ts'
import { useSetSettings, useSettings } from '../../data/SettingsProvider.tsx'
import { THEMES, type Theme } from '../../data/settings.ts'
import { useSystemConfig } from '../../data/system.ts'
import { cx } from '../../ui/cx.ts'
import { formatAge, formatCount, formatLatency, formatTime, NO_VALUE, zoneName } from '../../ui/format.ts'
import { Dot, type Tone } from '../../ui/Tag.tsx'

const STATUS: Record<ConnectionStatus, { tone: Tone; label: string }> = {
  connecting: { tone: 'warn', label: word('Connecting') },
  live: { tone: 'up', label: word('Live') },
  lagging: { tone: 'warn', label: word('Lagging') },
  down: { tone: 'down', label: word('Offline') },
}

/** The health of everything between this page and the chain, in figures. */
export function StatusFooter() {
  return (
    <footer className="hidden h-6 shrink-0 items-center gap-4 overflow-hidden whitespace-nowrap bg-panel px-3 text-2xs text-faint md:flex">
      <ConnectionFigure />
      <PartFigures />
      <RpcFigure />
      <PricesFigure />
      <span className="ml-auto" />
      <LookSwitch />
      <Clock />
    </footer>
  )
}

function Figure({ label, children, tone }: { label: string; children: ReactNode; tone?: string }) {
  return (
    <span>
      {label} <b className={`font-medium ${tone ?? 'text-muted'}`}>{children ?? NO_VALUE}</b>
    </span>
  )
}

function ConnectionFigure() {
  const status = useConnection((c) => c.status)
  const since = useConnection((c) => c.since)
  const attempts = useConnection((c) => c.attempts)
  const lastMessageAt = useConnection((c) => c.lastMessageAt)
  const silent = useNow(() => (lastMessageAt === null ? null : formatAge(Date.now() - lastMessageAt)))
  const { tone, label } = STATUS[status]
  const detail =
    status === 'lagging'
      ? ` · ${t('silent {time}', { time: silent ?? '' })}`
      : status === 'down'
        ? ` · ${t('try {attempt}, since {time}', { attempt: attempts, time: formatTime(since) })}`
        : ''
  return (
    <span role="status" className="flex items-center gap-1.5">
      <Dot tone={tone} />
      <b className="font-medium text-muted">
        {t(label)}
        {detail}
      </b>
    </span>
  )
}

/** The same as a dot, for the phone's header, where a word has no room beside a wallet's name. */
export function ConnectionDot() {
  const { tone, label } = STATUS[useConnection((c) => c.status)]
  return (
    <span role="status" title={t(label)} className="flex items-center">
      <Dot tone={tone} />
      <span className="sr-only">{t(label)}</span>
    </span>
  )
}

/** What the server last said of its parts; greyed while nothing new can arrive. */
function PartFigures() {
  const offline = useConnection((c) => c.status === 'down')
  return (
    <span className={cx('flex gap-4', offline && 'opacity-50')}>
      <OracleFigure />
      <IndexerFigure />
      <Figure label={t('Slot')}>{useSystem((s) => (s.slot === null ? NO_VALUE : formatCount(s.slot)))}</Figure>
      <KeeperFigure />
    </span>
  )
}

/** The oldest of the markets' prices: one market gone silent must not hide behind the others. */
function OracleFigure() {
  const oldest = useSystem((s) =>
    Math.max(...Object.values(s.oracleAgeMs).map((age) => age ?? Number.POSITIVE_INFINITY)),
  )
  if (oldest === undefined) return <Figure label={t('Oracle')}>{NO_VALUE}</Figure>
  return <Figure label={t('Oracle')}>{Number.isFinite(oldest) ? formatAge(oldest) : t('silent')}</Figure>
}

function IndexerFigure() {
  const lag = useSystem((s) => s.indexerLagMs)
  return (
    <Figure label={t('Indexer')}>
      {lag === undefined || lag === null ? NO_VALUE : t('{lag} behind', { lag: formatLatency(lag) })}
    </Figure>
  )
}

function RpcFigure() {
  const latency = useRpcLatency()
  if (latency === null)
    return (
      <Figure label="RPC" tone="text-down">
        {t('no answer')}
      </Figure>
    )
  return <Figure label="RPC">{latency === undefined ? NO_VALUE : formatLatency(latency)}</Figure>
}

const KEEPER = { ok: word('ok'), late: word('late'), down: word('down') } as const

function KeeperFigure() {
  const keeper = useSystem((s) => s.keeper)
  const tone = keeper === 'late' ? 'text-warn' : keeper === 'down' ? 'text-down' : 'text-muted'
  return (
    <Figure label={t('Keeper')} tone={tone}>
      {keeper === undefined ? undefined : t(KEEPER[keeper])}
    </Figure>
  )
}

function PricesFigure() {
  if (useSystemConfig()?.oracleMode !== 'replay') return null
  return (
    <Figure label={t('Prices')} tone="text-warn">
      {t('recorded, replayed')}
    </Figure>
  )
}

function Clock() {
  const zone = useNow(zoneName)
  return (
    <span className="min-w-18 text-right">
      {zone} {useNow(formatTime) ?? '--:--:--'}
    </span>
  )
}

const THEME_ICON = { dark: Moon, light: Sun, system: Monitor } as const
const THEME_LABEL: Record<Theme, string> = {
  dark: word('Dark'),
  light: word('Light'),
  system: word('As the system'),
}

/** Steps through dark, light and as the system. */
export function LookSwitch() {
  const theme = useSettings((s) => s.theme)
  const set = useSetSettings()
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'dark'
  const Icon = THEME_ICON[theme]
  return (
    <button
      type="button"
      onClick={() => set({ theme: next })}
      aria-label={t('Theme: {theme}. Change to {next}.', { theme: t(THEME_LABEL[theme]), next: t(THEME_LABEL[next]) })}
      className="flex items-center gap-1 rounded-sm px-1 hover:text-text"
    >
      <Icon aria-hidden className="size-3" />
      {t(THEME_LABEL[theme])}
    </button>
  )
}
