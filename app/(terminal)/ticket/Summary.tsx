'use client'
import { useState } from 'react'
import { rich, t, word } from '#app/i18n/t.ts'
import { cx } from '#app/ui/cx.ts'
import { formatNumber, formatPrice, formatSmallUsd, formatUsd, NO_VALUE, signColor } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { formatUnits } from '#client/units.ts'
import type { MarketDto } from '#server/exchange/schema.ts'
import { priceText, quoteText } from '../account/decimal.ts'
import type { Estimate } from './estimate.ts'
import type { TicketFields } from './fields.ts'
import type { TicketView } from './model.ts'

type SummaryProps = { market: MarketDto; fields: TicketFields; view: TicketView; onSlippage: (bps: number) => void }

/** What the order costs and leads to, before it is sent. The rows stay in place while there is nothing to say. */
export function Summary({ market, fields, view, onSlippage }: SummaryProps) {
  const { estimate } = view
  const tick = market.params.tickSize
  return (
    <KeyValueList>
      {(fields.kind === 'market' || fields.kind === 'twap') && (
        <KeyValue
          label={t('Slippage limit')}
          title={t('A market order never fills further than this from the oracle price')}
        >
          <SlippageInput bps={fields.slippageBps} onChange={onSlippage} />
        </KeyValue>
      )}
      <KeyValue
        label={t(fields.kind === 'twap' ? 'Est. average price' : PRICE_LABEL[estimate?.way ?? 'now'])}
        title={t("From the pool's exact curve and the resting orders, and how much worse than the oracle price it is")}
      >
        {estimate === null ? (
          NO_VALUE
        ) : (
          <>
            {formatPrice(priceText(estimate.averagePrice), tick)} <Slippage ppm={estimate.slippagePpm} />
          </>
        )}
      </KeyValue>
      <KeyValue label={t(fields.postOnly ? 'Fee, maker' : 'Fee')} title={feeTitle(market, estimate)}>
        {estimate === null ? NO_VALUE : <Cost estimate={estimate} />}
      </KeyValue>
      {estimate !== null && estimate.realisedPnl !== 0n && (
        <KeyValue label={t('Realises')} title={t('Profit or loss of what it closes, before the fee')}>
          {estimate.realisedOtherwise === null ? (
            <Signed amount={estimate.realisedPnl} />
          ) : (
            rich('{one} or {other}', {
              one: <Signed amount={estimate.realisedPnl} />,
              other: <Signed amount={estimate.realisedOtherwise} />,
            })
          )}
        </KeyValue>
      )}
      <KeyValue
        label={t('Liquidation after')}
        title={t('Oracle price at which the account could be liquidated once this is filled')}
      >
        <Liquidation estimate={estimate} tick={tick} />
      </KeyValue>
      <KeyValue
        label={t('Margin used after')}
        title={t('Initial margin as a share of your collateral, now and with this order')}
      >
        <MarginChange estimate={estimate} />
      </KeyValue>
      <KeyValue
        label={t('Funding per day')}
        title={t("What this order's value pays or earns in a day if the rate stays as it is")}
      >
        {estimate === null ? NO_VALUE : formatSmallUsd(quoteText(estimate.fundingPerDay), { sign: true })}
      </KeyValue>
    </KeyValueList>
  )
}

const PRICE_LABEL = {
  now: word('Est. fill price'),
  rests: word('Rests at'),
  waits: word('Est. price once triggered'),
} as const

/** A rebate is money coming in. */
function Cost({ estimate: { fee, keeperReward } }: { estimate: Estimate }) {
  return fee < 0n ? (
    <span className="text-up">{t('{amount} rebate', { amount: formatSmallUsd(quoteText(-fee)) })}</span>
  ) : (
    formatUsd(quoteText(fee + keeperReward))
  )
}

function Signed({ amount }: { amount: bigint }) {
  const text = formatUsd(quoteText(amount), { sign: true })
  return <span className={signColor(text)}>{text}</span>
}

function Slippage({ ppm }: { ppm: number }) {
  const fine = Math.abs(ppm) < 10_000
  const ratio = formatNumber(formatUnits(BigInt(ppm), 4), { max: fine ? 3 : 1, min: 1, sign: true, suffix: '\u202f%' })
  return <span className={cx(ppm > 3_000 ? 'text-warn' : 'text-faint')}>{ratio}</span>
}

function feeTitle(market: MarketDto, estimate: Estimate | null): string {
  const rate = (ppm: bigint): string => formatNumber(formatUnits(ppm, 4), { max: 4, suffix: '\u202f%' })
  if (estimate === null || estimate.value === 0n) {
    return t('Taker fee of {rate} at most', { rate: rate(BigInt(market.params.takerFeePpm)) })
  }
  const { fee, value, keeperReward } = estimate
  const ofValue = rate(((fee < 0n ? -fee : fee) * 1_000_000n) / value)
  if (fee < 0n) return t('A maker earns {rate} of the value, in your tier', { rate: ofValue })
  return t('Taker fee of {rate} in your tier, and {reward} for the keeper that fills the order', {
    rate: ofValue,
    reward: formatUsd(quoteText(keeperReward)),
  })
}

function Liquidation({ estimate, tick }: { estimate: Estimate | null; tick: string }) {
  if (estimate === null || estimate.marginBefore === null) return NO_VALUE
  const { liquidationPrice, liquidationDistanceBps } = estimate
  if (liquidationPrice === null || liquidationDistanceBps === null) return t('none')
  const near = liquidationDistanceBps > -500n && liquidationDistanceBps < 500n
  return (
    <>
      {formatPrice(priceText(liquidationPrice), tick)}{' '}
      <span className={near ? 'text-warn' : 'text-faint'}>
        {formatNumber(formatUnits(liquidationDistanceBps, 2), { max: 1, min: 1, sign: true, suffix: '\u202f%' })}
      </span>
    </>
  )
}

function MarginChange({ estimate }: { estimate: Estimate | null }) {
  if (estimate === null || estimate.marginBefore === null || estimate.marginAfter === null) return NO_VALUE
  const share = (used: bigint): string => formatNumber(formatUnits(used, 2), { max: 1, suffix: '\u202f%' })
  return (
    <span className={cx(estimate.marginAfter > 8_000n && 'text-warn')}>
      {share(estimate.marginBefore)} → {share(estimate.marginAfter)}
    </span>
  )
}

/** A small field for percent; what is typed counts as soon as it is a number in range. */
function SlippageInput({ bps, onChange }: { bps: number; onChange: (bps: number) => void }) {
  const [draft, setDraft] = useState<string | null>(null)
  const accept = (text: string): void => {
    if (!/^\d{0,2}(\.\d{0,2})?$/.test(text)) return
    setDraft(text)
    const next = Math.round(Number(text) * 100)
    if (next >= 1 && next <= 500) onChange(next)
  }
  return (
    <label className="inline-flex items-center gap-0.5 rounded-sm hover:bg-raised focus-within:bg-raised">
      <input
        aria-label={t('Slippage limit in percent')}
        inputMode="decimal"
        autoComplete="off"
        value={draft ?? String(bps / 100)}
        onChange={(event) => accept(event.target.value.replace(',', '.'))}
        onBlur={() => setDraft(null)}
        className="w-10 bg-transparent text-right outline-none"
      />
      %
    </label>
  )
}
