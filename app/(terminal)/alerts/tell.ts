import { currentSettings, type SoundEvent } from '#app/data/settings.ts'
import type { Notice } from './model.ts'
import { sound } from './sounds.ts'
import { addNotice, useNotices } from './store.ts'

const SOUND: Readonly<Record<Notice['kind'], SoundEvent>> = {
  fill: 'fill',
  price: 'alert',
  funding: 'alert',
  liquidation: 'danger',
}

/** Keeps a notice, which every tab then shows, and makes it heard; called in the one tab that watches. */
export function tell(notice: Omit<Notice, 'read'>): void {
  if (useNotices.getState().notices.some(({ id }) => id === notice.id)) return
  addNotice({ ...notice, read: false })
  // The first word of a danger is only a word.
  sound(notice.kind === 'liquidation' && notice.severity === 'info' ? 'alert' : SOUND[notice.kind])
  void tellOutside(notice)
}

/** A tab holds it, shared, while it can be seen. */
const VISIBLE = 'quantdesk-visible'

/** The operating system's notification, unless some tab of the page is before the user's eyes. */
async function tellOutside({ id, title, text, severity }: Omit<Notice, 'read'>): Promise<void> {
  if (!currentSettings().browserNotices || !('Notification' in window) || Notification.permission !== 'granted') return
  const { held = [] } = await navigator.locks.query()
  if (held.some(({ name }) => name === VISIBLE)) return
  const shown = new Notification(title, { body: text, tag: id, requireInteraction: severity === 'critical' })
  shown.onclick = () => window.focus()
}

/** Says to the other tabs whether this one can be seen. @returns the function that stops. */
export function announceVisibility(): () => void {
  let release: (() => void) | undefined
  const update = (): void => {
    release?.()
    release = document.hidden ? undefined : hold(VISIBLE, 'shared', () => undefined)
  }
  update()
  document.addEventListener('visibilitychange', update)
  return () => {
    document.removeEventListener('visibilitychange', update)
    release?.()
  }
}

/**
 * Runs `work` while this tab holds the lock, which the browser passes on when it is closed. A browser also keeps a tab
 * awake that holds one, so the work goes on in the background. @returns the function that ends the work and, once that is
 * done, lets the lock go.
 */
export function hold(name: string, mode: LockMode, work: () => (() => void | Promise<void>) | undefined): () => void {
  const ended = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  navigator.locks
    .request(name, { mode, signal: ended.signal }, async () => {
      const stop = work()
      await promise
      await stop?.()
    })
    // Given up before it was its turn.
    .catch(() => undefined)
  return () => {
    ended.abort()
    resolve()
  }
}
