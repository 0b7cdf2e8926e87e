'use client'
import { X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useMarket, usePrice } from '#app/data/market.tsx'
import { useMarketIds } from '#app/data/markets.ts'
import { t } from '#app/i18n/t.ts'
import { Button, IconButton } from '#app/ui/Button.tsx'
import { NumberField } from '#app/ui/Field.tsx'
import { decimalsOf, formatPercent, formatPrice } from '#app/ui/format.ts'
import { SelectMenu } from '#app/ui/Menu.tsx'
import { Segmented } from '#app/ui/Segmented.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { formatUnits, parseUnits } from '#client/units.ts'
import { toPrice } from '../account/decimal.ts'
import { AccountAlerts } from './AccountAlerts.tsx'
import type { Rule } from './model.ts'
import { addRule, removeRule, useAlerts } from './store.ts'

const FIRST_MARKET = 'SOL-PERP'

/** What is watched for: prices and rates that were asked for, and the account. */
export function AlertRules() {
  const rules = useAlerts((alerts) => alerts.rules)
  return (
    <div className="grid gap-4">
      <section aria-label={t('Price and funding')} className="grid gap-2">
        {rules.length > 0 && (
          <ul aria-label={t('Alerts')} className="grid gap-1">
            {rules.map((rule) => (
              <RuleRow key={rule.id} rule={rule} />
            ))}
          </ul>
        )}
        <NewRule />
      </section>
      <AccountAlerts />
      <p className="text-faint text-xs">
        {t('Alerts are watched while a page of this exchange is open in this browser, also in the background.')}
      </p>
    </div>
  )
}

function RuleRow({ rule }: { rule: Rule }) {
  const tick = useMarket(rule.market, (market) => market.params.tickSize) ?? '0.01'
  const at = rule.kind === 'price' ? formatPrice(rule.at, tick) : formatPercent(rule.at, 4, { sign: true })
  const text = ruleText(rule, at)
  return (
    <li className="flex items-center gap-2 rounded-md bg-raised py-1 pr-1 pl-2.5">
      <span className="grow">
        {text}
        <span className="text-faint">{` · ${rule.repeats ? t('every time') : t('once')}`}</span>
      </span>
      <IconButton size="sm" label={t('Remove the alert {alert}', { alert: text })} onClick={() => removeRule(rule.id)}>
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </li>
  )
}

function ruleText({ market, kind, side }: Rule, at: string): string {
  if (kind === 'price') return t(side === 'above' ? '{market} above {at}' : '{market} below {at}', { market, at })
  return t(side === 'above' ? '{market} funding above {at}' : '{market} funding below {at}', { market, at })
}

const RATE_DECIMALS = 12
const PERCENT_DECIMALS = 10

function NewRule() {
  const [market, setMarket] = useState(FIRST_MARKET)
  const [kind, setKind] = useState<Rule['kind']>('price')
  const [text, setText] = useState('')
  const [repeats, setRepeats] = useState(false)
  const markets = useMarketIds()
  const tick = useMarket(market, (known) => known.params.tickSize) ?? '0.01'
  const rate = useMarket(market, (known) => known.state.fundingRateHourly)
  const price = usePrice(market, (known) => known.price)
  const found = judge(kind, text, kind === 'price' ? price : rate)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (found === null) return
    addRule({ market, kind, repeats, ...found })
    setText('')
  }
  return (
    <form className="grid gap-2" onSubmit={submit}>
      <div className="grid grid-cols-2 gap-2">
        <SelectMenu
          label={t('Market')}
          value={market}
          onChange={setMarket}
          items={markets.map((id) => ({ value: id, label: id }))}
          triggerClassName="h-7 justify-between rounded-md bg-raised px-2.5 font-medium"
        />
        <Segmented
          dense
          label={t('Watch')}
          value={kind}
          onChange={(next) => {
            setKind(next)
            setText('')
          }}
          items={[
            { value: 'price', label: t('Price') },
            { value: 'funding', label: t('Funding') },
          ]}
        />
      </div>
      <NumberField
        label={kind === 'price' ? t('Price reaches') : t('Hourly rate reaches')}
        value={text}
        onChange={setText}
        decimals={kind === 'price' ? decimalsOf(tick) : 4}
        step={kind === 'price' ? tick : '0.001'}
        allowNegative={kind === 'funding'}
        suffix={kind === 'price' ? 'USDC' : '%'}
        placeholder={
          kind === 'price'
            ? formatPrice(price, tick)
            : formatPercent(rate, 4, { sign: true }).replace(/[^\d.,+\u2212-]/g, '')
        }
        hint={
          found === null
            ? undefined
            : t(found.side === 'above' ? 'Tells when it rises to it.' : 'Tells when it falls to it.')
        }
      />
      <div className="flex items-center justify-between">
        <Checkbox checked={repeats} onChange={setRepeats}>
          {t('Every time, not once')}
        </Checkbox>
        <Button type="submit" variant="primary" disabled={found === null}>
          {t('Add alert')}
        </Button>
      </div>
    </form>
  )
}

/** The threshold, and from which side the value of now will come to it. Null while there is none, or no value. */
function judge(kind: Rule['kind'], text: string, current: string | undefined): Pick<Rule, 'at' | 'side'> | null {
  if (current === undefined || text === '' || text === '-') return null
  try {
    if (kind === 'price') {
      const at = toPrice(text)
      return at <= 0n ? null : { at: text, side: at >= toPrice(current) ? 'above' : 'below' }
    }
    // Typed in percent, kept as a ratio.
    const at = parseUnits(text, PERCENT_DECIMALS)
    return {
      at: formatUnits(at, RATE_DECIMALS),
      side: at >= parseUnits(current, RATE_DECIMALS) ? 'above' : 'below',
    }
  } catch {
    return null
  }
}
