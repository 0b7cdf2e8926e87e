import { t, word } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { KINDS, type TicketKind } from './kinds.ts'

const SHOWN = ['market', 'limit', 'stop', 'trailing'] as const satisfies readonly TicketKind[]
const MORE = ['takeProfit', 'oco', 'ladder', 'twap', 'pegged'] as const satisfies readonly TicketKind[]
const SHORT = { ...KINDS, trailing: { ...KINDS.trailing, label: word('Trailing') } }

/** The usual kinds side by side, the others a press away. */
export function KindBar({ kind, onChange }: { kind: TicketKind; onChange: (kind: TicketKind) => void }) {
  const other = MORE.find((known) => known === kind)
  return (
    <div className="flex rounded-md bg-raised">
      <Segmented<TicketKind>
        dense
        label={t('Order type')}
        value={kind}
        onChange={onChange}
        className="min-w-0 grow auto-cols-auto"
        items={SHOWN.map((value) => ({ value, label: t(SHORT[value].label) }))}
      />
      <SelectMenu<TicketKind>
        label={t('Other order types')}
        align="end"
        value={kind}
        onChange={onChange}
        trigger={t(other === undefined ? 'More' : KINDS[other].label)}
        triggerClassName={cx(
          'm-0.5 h-6 shrink-0 justify-center px-2 font-medium',
          other === undefined ? 'text-muted' : 'bg-hover text-text',
        )}
        items={MORE.map((value) => ({ value, label: t(KINDS[value].label), hint: t(KINDS[value].hint) }))}
      />
    </div>
  )
}
