'use client'
import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Kbd } from '#app/ui/Tag.tsx'
import { ConnectDialog } from '#app/wallet/ConnectDialog.tsx'
import { wantBridge } from '#app/wallet/session.ts'
import { useSubAccount } from '../account/use-portfolio.ts'
import { openOneClick } from '../one-click/dialog-state.ts'
import { Transfer } from '../transfers/Transfer.tsx'
import type { TicketAction, TicketFields } from './fields.ts'
import type { TicketView } from './model.ts'
import type { Problem, Remedy } from './problems.ts'

type SubmitProps = {
  fields: TicketFields
  view: TicketView
  sending: boolean
  dispatch: (action: TicketAction) => void
}

/** Says exactly what pressing it does. What stands in the way stands below it, with the click that mends it. */
export function SubmitButton({ fields, view, sending, dispatch }: SubmitProps) {
  const [dialog, setDialog] = useState<'connect' | 'deposit' | null>(null)
  const subAccount = useSubAccount()
  const blocker = view.problems[0]
  return (
    <div className="grid gap-1.5">
      <MainButton fields={fields} view={view} sending={sending} open={setDialog} />
      {blocker?.shown === true && (
        <BlockerNote
          blocker={blocker}
          mend={(remedy) => {
            if (remedy.kind === 'deposit') setDialog('deposit')
            if (remedy.kind === 'one-click') openOneClick()
            if (remedy.kind === 'size') dispatch({ type: 'size', text: remedy.size })
            if (remedy.kind === 'price') dispatch({ type: 'edit', change: { [remedy.field]: remedy.price } })
            if (remedy.kind === 'become') dispatch({ type: 'kind', kind: remedy.become, reduces: fields.reduceOnly })
          }}
        />
      )}
      {blocker?.shown !== true && <Warnings warnings={view.warnings} />}
      <ConnectDialog open={dialog === 'connect'} onOpenChange={(open) => setDialog(open ? 'connect' : null)} />
      {dialog === 'deposit' && <Transfer from="wallet" to={subAccount?.id ?? 0} onClose={() => setDialog(null)} />}
    </div>
  )
}

const NOTE_ID = 'ticket-blocker'

function MainButton({
  fields,
  view,
  sending,
  open,
}: Omit<SubmitProps, 'dispatch'> & { open: (dialog: 'connect' | 'deposit') => void }) {
  const blocker = view.problems[0]
  if (blocker?.code === 'no-wallet' || blocker?.code === 'no-account') {
    const step = blocker.code === 'no-wallet' ? 'connect' : 'deposit'
    return (
      <Button
        size="lg"
        variant="raised"
        className="!text-accent font-semibold"
        onPointerEnter={wantBridge}
        onFocus={wantBridge}
        onClick={() => open(step)}
      >
        {view.label}
      </Button>
    )
  }
  return (
    <Button
      type="submit"
      size="lg"
      variant={fields.side === 'buy' ? 'buy' : 'sell'}
      busy={sending}
      disabled={view.order === null}
      aria-describedby={blocker?.shown === true ? NOTE_ID : undefined}
    >
      {view.label}
      {view.order !== null && !sending && (
        <span aria-hidden className="opacity-70 [&>kbd]:border-current [&>kbd]:text-current">
          <Kbd>⏎</Kbd>
        </span>
      )}
    </Button>
  )
}

/** What does not stand in the way, but should be known. */
function Warnings({ warnings }: { warnings: TicketView['warnings'] }) {
  return (
    <ul aria-label={t('Warnings')} className="grid gap-1 text-warn text-xs empty:hidden">
      {warnings.map(({ code, message }) => (
        <li key={code} className="flex gap-1.5">
          <TriangleAlert aria-hidden className="mt-px size-3 shrink-0" />
          {message}
        </li>
      ))}
    </ul>
  )
}

/** A field's own problem is told at the field; here is only what mends it. */
function BlockerNote({ blocker, mend }: { blocker: Problem; mend: (remedy: Remedy) => void }) {
  const { remedy } = blocker
  const sentence = blocker.field === null ? blocker.message : null
  return (
    <div id={NOTE_ID} role="status" className="flex items-start gap-2 text-warn text-xs empty:hidden">
      {sentence !== null && <p className="grow">{sentence}</p>}
      {remedy !== undefined && (
        <Button size="sm" variant="outline" className="ml-auto" onClick={() => mend(remedy)}>
          {remedy.label}
        </Button>
      )}
    </div>
  )
}
