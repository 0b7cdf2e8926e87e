'use client'
import { useConfirmation } from '#app/data/sign-in.ts'
import { useLoaded } from '#app/ui/use-loaded.ts'
import { useIdle } from '#app/ui/when-idle.ts'
import { useCloseState } from './account/close-request.ts'
import { useSubAccount } from './account/use-portfolio.ts'
import { useNoticesPanel } from './alerts/store.ts'
import { Hotkeys } from './commands/Hotkeys.tsx'
import { useQuestion } from './commands/question.ts'
import { useOneClickDialog } from './one-click/dialog-state.ts'
import { usePalette } from './palette/state.ts'
import { useOrderRequest } from './ticket/order-request.ts'

const loadAlerts = () => import('./alerts/Alerts.tsx')
const loadClose = () => import('./account/CloseDialog.tsx')
const loadConfirm = () => import('./identity/ConfirmDialog.tsx')
const loadHelp = () => import('./commands/Help.tsx')
const loadNotices = () => import('./alerts/NoticesDialog.tsx')
const loadOneClick = () => import('./one-click/OneClickDialog.tsx')
const loadOrder = () => import('./ticket/RequestedOrder.tsx')
const loadPalette = () => import('./palette/Palette.tsx')
const loadQuestion = () => import('./commands/QuestionDialog.tsx')
const loadTwap = () => import('./twap/TwapRunner.tsx')

/** What may be asked for on any page. The script of each comes with the first request for it, that of alerts and TWAPs when idle. */
export function Everywhere() {
  const subAccount = useSubAccount()
  const alerts = useLoaded(loadAlerts, useIdle())
  const close = useLoaded(
    loadClose,
    useCloseState(({ asked }) => asked !== null),
  )
  const confirm = useLoaded(
    loadConfirm,
    useConfirmation(({ question }) => question !== null),
  )
  const help = useLoaded(
    loadHelp,
    usePalette((state) => state.help),
  )
  const notices = useLoaded(
    loadNotices,
    useNoticesPanel(({ open }) => open),
  )
  const oneClick = useLoaded(
    loadOneClick,
    useOneClickDialog(({ open }) => open),
  )
  const order = useLoaded(
    loadOrder,
    useOrderRequest(({ request }) => request !== null),
  )
  const palette = useLoaded(
    loadPalette,
    usePalette((state) => state.palette),
  )
  const question = useLoaded(
    loadQuestion,
    useQuestion((state) => state.question !== null),
  )
  const twap = useLoaded(loadTwap, useIdle())
  return (
    <>
      <Hotkeys />
      {alerts !== undefined && <alerts.Alerts />}
      {close !== undefined && subAccount != null && <close.CloseDialog subAccount={subAccount} />}
      {confirm !== undefined && <confirm.ConfirmDialog />}
      {help !== undefined && <help.Help />}
      {notices !== undefined && <notices.NoticesDialog />}
      {oneClick !== undefined && <oneClick.OneClickDialog />}
      {order !== undefined && <order.RequestedOrder />}
      {palette !== undefined && <palette.Palette />}
      {question !== undefined && <question.QuestionDialog />}
      {twap !== undefined && <twap.TwapRunner />}
    </>
  )
}
