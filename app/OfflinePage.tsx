'use client'
import { useEffect } from 'react'

/** Has the browser keep the page that is shown without a connection. */
export function OfflinePage() {
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return
    // Without it the page works as well; only its absence is the browser's own then.
    const keep = () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
    if (document.readyState === 'complete') keep()
    else addEventListener('load', keep, { once: true })
    return () => removeEventListener('load', keep)
  }, [])
  return null
}
