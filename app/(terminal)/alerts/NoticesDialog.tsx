'use client'
import { Bell, Coins, ListChecks, TriangleAlert } from 'lucide-react'
import { useEffect } from 'react'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { cx } from '#app/ui/cx.ts'
import { Dialog } from '#app/ui/Dialog.tsx'
import { formatDateTime } from '#app/ui/format.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { Tabs } from '#app/ui/Tabs.tsx'
import { AlertRules } from './AlertRules.tsx'
import type { Notice } from './model.ts'
import { ServerNotices } from './ServerNotices.tsx'
import { forgetNotices, readAll, setNoticesOpen, useAlerts, useNotices, useNoticesPanel } from './store.ts'

/** What was told, and what is watched for. */
export function NoticesDialog() {
  const { open, tab } = useNoticesPanel()
  const notices = useNotices((kept) => kept.notices)
  const rules = useAlerts((alerts) => alerts.rules.length)
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => setNoticesOpen(next, tab)}
      title={t('Notifications and alerts')}
      className="max-w-[480px]"
    >
      <Tabs
        label={t('Notifications and alerts')}
        value={tab}
        onChange={(next) => setNoticesOpen(true, next)}
        barClassName="!px-0"
        panelClassName="max-h-[60dvh] min-h-60 overflow-y-auto pt-2"
        items={[
          { value: 'notices', label: t('Notifications') },
          { value: 'server', label: t('While away') },
          { value: 'alerts', label: t('Alerts'), count: rules },
        ]}
        trailing={
          tab === 'notices' &&
          notices.length > 0 && (
            <Button size="sm" variant="ghost" onClick={forgetNotices}>
              {t('Clear')}
            </Button>
          )
        }
      >
        {tab === 'notices' ? <NoticeList notices={notices} /> : tab === 'server' ? <ServerNotices /> : <AlertRules />}
      </Tabs>
    </Dialog>
  )
}

const ICON = { price: Bell, funding: Coins, fill: ListChecks, liquidation: TriangleAlert } as const
const TONE = { info: 'text-muted', warning: 'text-warn', critical: 'text-down' } as const

function NoticeList({ notices }: { notices: readonly Notice[] }) {
  // What is looked at is no longer new once it is put away.
  useEffect(() => readAll, [])
  if (notices.length === 0) {
    return (
      <EmptyState title={t('Nothing was told yet')}>
        {t('Fills, alerts that you set, and warnings of liquidation come here, and stay in this browser.')}
      </EmptyState>
    )
  }
  return (
    <ul aria-label={t('Notifications')} className="grid">
      {notices.map(({ id, at, kind, severity, title, text, read }) => {
        const Icon = ICON[kind]
        return (
          <li key={id} className="grid grid-cols-[16px_1fr_auto] gap-x-2.5 border-line border-b py-2 last:border-0">
            <Icon aria-hidden className={cx('mt-px size-4', TONE[severity])} />
            <span className={cx('font-medium', severity === 'critical' && 'text-down')}>
              {title}
              {!read && <span className="ml-1.5 text-accent text-xs">{t('new')}</span>}
            </span>
            <time dateTime={new Date(at).toISOString()} className="text-faint text-xs">
              {formatDateTime(at)}
            </time>
            <span className="col-start-2 text-muted">{text}</span>
          </li>
        )
      })}
    </ul>
  )
}
