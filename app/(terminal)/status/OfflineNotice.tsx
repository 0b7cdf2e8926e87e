'use client'
import { t } from '#app/i18n/t.ts'
import { useConnection } from '../../data/connection.ts'
import { StaleNotice } from '../../ui/states.tsx'

/** Over a page whose figures cannot be renewed at the moment. */
export function OfflineNotice() {
  const isDown = useConnection((connection) => connection.status === 'down')
  if (!isDown) return null
  return (
    <StaleNotice>
      {t('No connection to the exchange. What you see is the last known state; it updates by itself.')}
    </StaleNotice>
  )
}
