'use client'
import { marketStore } from '#app/data/market.tsx'
import { midSentence, t } from '#app/i18n/t.ts'
import { formatPrice, formatUsd } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { liquidationPrice, type Portfolio } from '#client/math/index.ts'
import { answerOf } from '../account/answer.ts'
import { priceText, quoteText } from '../account/decimal.ts'
import { freeAfter, without } from './limits.ts'
import { type Funds, type Place, placeName } from './places.ts'
import { useSolCollateral } from './sol-collateral.ts'
import { type Asset, amountText } from './transfer.ts'

type ConsequencesProps = {
  from: Place
  to: Place
  source: Funds
  target: Funds
  asset: Asset
  /** 0 until an amount is typed. */
  amount: bigint
}

/** What is where, and what the move makes of the margin and of the prices at which positions would be liquidated. */
export function Consequences({ from, to, source, target, asset, amount }: ConsequencesProps) {
  const sol = useSolCollateral()
  const inside = to === 'wallet' ? source : target
  const change = to === 'wallet' ? amount : -amount
  const between = from !== 'wallet' && to !== 'wallet'
  const wallet = from === 'wallet' ? source : target
  const text = (held: bigint | null): string => (held === null ? '…' : amountText(asset, held))
  return (
    <KeyValueList>
      {between ? (
        <KeyValue label={t('In {place}', { place: midSentence(placeName(from)) })}>{text(source.held)}</KeyValue>
      ) : (
        <KeyValue label={t('In your wallet')}>{text(wallet.held)}</KeyValue>
      )}
      <KeyValue label={between ? t('In {place}', { place: midSentence(placeName(to)) }) : t('On the exchange')}>
        {text(inside.held)}
      </KeyValue>
      <KeyValue
        label={between ? t('In {place} after', { place: midSentence(placeName(to)) }) : t('On the exchange after')}
      >
        {inside.held === null ? '…' : amountText(asset, inside.held - change)}
      </KeyValue>
      {[
        between ? { place: from, portfolio: source.portfolio, left: amount } : null,
        { place: to === 'wallet' ? from : to, portfolio: inside.portfolio, left: change },
      ].map(
        (end) =>
          end !== null &&
          end.portfolio !== null && (
            <After
              key={end.place}
              place={between ? end.place : null}
              before={end.portfolio}
              after={without(asset, end.left, end.portfolio, sol)}
              free={freeAfter(asset, end.left, end.portfolio, sol)}
            />
          ),
      )}
    </KeyValueList>
  )
}

/** `place`: named where there is more than one. */
type AfterProps = { place: Place | null; before: Portfolio; after: Portfolio; free: bigint }

/** One sub-account after the move. */
function After({ place, before, after, free }: AfterProps) {
  const held = before.positions.filter(({ base }) => base !== 0n)
  return (
    <>
      <KeyValue
        label={
          place === null
            ? t('Free collateral after')
            : t('Free collateral of {place} after', { place: midSentence(placeName(place)) })
        }
      >
        {formatUsd(quoteText(free))}
      </KeyValue>
      {held.map(({ market }) => {
        const tickSize = marketStore(market).get()?.params.tickSize ?? '0.01'
        const at = (portfolio: Portfolio): string => {
          const price = answerOf(() => liquidationPrice(portfolio, market))
          return price === null ? t('none') : formatPrice(priceText(price), tickSize)
        }
        return (
          <KeyValue key={market} label={t('{market} liquidation', { market })}>
            <span className="text-muted">{at(before)} →</span> {at(after)}
          </KeyValue>
        )
      })}
    </>
  )
}
