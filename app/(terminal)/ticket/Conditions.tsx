import { t, word } from '#app/i18n/t.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import type { TicketAction, TicketFields } from './fields.ts'
import { KINDS, LIFETIMES, type TimeInForce } from './kinds.ts'

const HINTS: Readonly<Record<Exclude<TimeInForce, 'gtt'>, string>> = {
  gtc: word('until cancelled'),
  ioc: word('at once, the rest is dropped'),
  fok: word('at once and whole, or not at all'),
}

type ConditionsProps = { fields: TicketFields; dispatch: (action: TicketAction) => void }

/** What the order may and may not do. */
export function Conditions({ fields, dispatch }: ConditionsProps) {
  const kind = KINDS[fields.kind]
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-3.5 gap-y-1">
      <Checkbox
        checked={fields.reduceOnly}
        onChange={(reduceOnly) => dispatch({ type: 'edit', change: { reduceOnly } })}
      >
        {t('Reduce only')}
      </Checkbox>
      {kind.mayPostOnly && (
        <Checkbox checked={fields.postOnly} onChange={(on) => dispatch({ type: 'postOnly', on })}>
          {t('Post only')}
        </Checkbox>
      )}
      {kind.timesInForce(fields.execution).length > 1 && <TimeInForceMenu fields={fields} dispatch={dispatch} />}
    </div>
  )
}

/** Until when it stands: one list, the lifetimes of a timed order in it. */
function TimeInForceMenu({ fields, dispatch }: ConditionsProps) {
  const offered = KINDS[fields.kind].timesInForce(fields.execution)
  const items = offered.flatMap((timeInForce): { value: string; label: string; hint: string }[] =>
    timeInForce === 'gtt'
      ? LIFETIMES.map(({ seconds, label }) => ({
          value: `gtt:${seconds}`,
          label: timeInForce.toUpperCase(),
          hint: t(label),
        }))
      : [{ value: timeInForce, label: timeInForce.toUpperCase(), hint: t(HINTS[timeInForce]) }],
  )
  const isTimed = fields.timeInForce === 'gtt'
  const lifetime = LIFETIMES.find(({ seconds }) => seconds === fields.lifetimeS)
  return (
    <span className="ml-auto text-muted">
      <SelectMenu
        label={t('Time in force')}
        align="end"
        value={isTimed ? `gtt:${fields.lifetimeS}` : fields.timeInForce}
        onChange={(value) => {
          const timeInForce = offered.find((known) => value.startsWith(known)) ?? 'gtc'
          if (timeInForce === 'gtt') dispatch({ type: 'edit', change: { lifetimeS: Number(value.slice(4)) } })
          dispatch({ type: 'timeInForce', timeInForce })
        }}
        trigger={isTimed && lifetime !== undefined ? t(lifetime.label) : fields.timeInForce.toUpperCase()}
        items={items}
      />
    </span>
  )
}
