'use client'
import { t } from '#app/i18n/t.ts'
import { useConnection } from '../../data/connection.ts'
import { StaleNotice } from '../../ui/states.tsx'

/** At the foot of a page whose figures cannot be renewed at the moment: there it covers neither its title nor the way out. */
export function OfflineNotice() {
  const isDown = useConnection((connection) => connection.status === 'down')
  if (!isDown) return null
  return (
    <div className="absolute inset-x-0 bottom-0 z-10 h-6 max-md:h-10">
      <StaleNotice>
        {t('No connection to the exchange. What you see is the last known state; it updates by itself.')}
      </StaleNotice>
    </div>
  )
}
