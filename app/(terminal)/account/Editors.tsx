'use client'
import { useLoaded } from '#app/ui/use-loaded.ts'
import type { SubAccountDto } from '#server/exchange/schema.ts'
import { useEditRequests } from './edit-requests.ts'

const loadModify = () => import('./ModifyDialog.tsx')
const loadProtect = () => import('./ProtectDialog.tsx')

/** The editor that is asked for, if any; its script comes with the first request. */
export function Editors({ subAccount }: { subAccount: SubAccountDto }) {
  const requests = useEditRequests()
  const order = subAccount.orders.find(({ orderId }) => orderId === requests.order)
  const position = subAccount.positions.find(({ market, base }) => market === requests.protect && base !== '0')
  const modify = useLoaded(loadModify, order !== undefined)
  const protect = useLoaded(loadProtect, position !== undefined)
  return (
    <>
      {order !== undefined && modify !== undefined && <modify.ModifyDialog order={order} />}
      {position !== undefined && protect !== undefined && (
        <protect.ProtectDialog key={position.market} position={position} subAccount={subAccount} />
      )}
    </>
  )
}
