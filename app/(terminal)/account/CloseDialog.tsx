'use client'
import { useMarket } from '#app/data/market.tsx'
import { useSetSettings, useSettings } from '#app/data/SettingsProvider.tsx'
import { identity } from '#app/data/store.ts'
import { t, word } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { formatPrice, formatSize, formatUsd, signColor } from '#app/ui/format.ts'
import { KeyValue, KeyValueList } from '#app/ui/KeyValue.tsx'
import { Checkbox } from '#app/ui/Toggle.tsx'
import { type OrderPreview, type Portfolio, previewOrder } from '#client/math/index.ts'
import type { MarketDto, PositionDto, SubAccountDto } from '#server/exchange/schema.ts'
import { type ClosePlan, planClose } from './actions.ts'
import { answerOf } from './answer.ts'
import { type CloseIntent, dropCloseRequest, runClose, useCloseState } from './close-request.ts'
import { baseText, priceText, quoteText } from './decimal.ts'
import type { MarketView } from './market-view.ts'
import { usePortfolio } from './use-portfolio.ts'

/** Asks about the close that waits for a yes, if any. */
export function CloseDialog({ subAccount }: { subAccount: SubAccountDto }) {
  const asked = useCloseState((state) => state.asked)
  const position = subAccount.positions.find(({ market, base }) => market === asked?.market && base !== '0')
  if (asked === null || position === undefined) return null
  return <InMarket position={position} intent={asked.intent} />
}

type InMarketProps = { position: PositionDto; intent: CloseIntent }

function InMarket(props: InMarketProps) {
  const market = useMarket(props.position.market)
  return market === undefined ? null : <ConfirmClose market={market} {...props} />
}

/** What closing would bring at the price of now, and the button that does it. */
function ConfirmClose({ position, market, intent }: InMarketProps & { market: MarketDto }) {
  const { portfolio, views } = usePortfolio()
  const { confirm, slippageBps } = useSettings(identity)
  const setSettings = useSetSettings()
  const busy = useCloseState((state) => state.busy.includes(market.market))
  const plan = planClose(position, market, intent.fractionBps, slippageBps)
  const view = views.get(market.market)
  const preview =
    plan === null || view === undefined || portfolio === null ? null : previewClose(portfolio, view, plan, intent)
  const realised = formatUsd(preview === null ? null : quoteText(preview.realisedPnl), { sign: true })
  const size = plan === null ? '' : formatSize(baseText(plan.base), market.params.stepSize)
  const side = position.base.startsWith('-') ? word('short') : word('long')
  const name = market.market
  const title =
    intent.kind === 'reverse'
      ? t('Reverse {market}', { market: name })
      : t('Close {market} {side}', { market: name, side: t(side) })
  const values = { size, symbol: market.baseSymbol }
  const refused = intent.kind === 'reverse' && preview !== null && !preview.isAllowed

  return (
    <Dialog open onOpenChange={(open) => !open && dropCloseRequest()} title={title}>
      {plan === null || preview === null ? (
        <p role="status" className="text-muted">
          {t('Waiting for a fresh price: without one no price limit can be set. This goes on by itself.')}
        </p>
      ) : (
        <KeyValueList>
          <KeyValue label={t('Size')}>
            {size} {market.baseSymbol}
          </KeyValue>
          <KeyValue label={t('Est. price')}>
            {formatPrice(priceText(preview.averagePrice), market.params.tickSize)}
          </KeyValue>
          <KeyValue label={t('Worst price')}>
            {formatPrice(priceText(plan.limitPrice), market.params.tickSize)}
          </KeyValue>
          <KeyValue label={t('Fee')}>{formatUsd(quoteText(preview.fee + preview.keeperReward))}</KeyValue>
          <KeyValue label={t('Realised PnL')} className={signColor(realised)}>
            {realised}
          </KeyValue>
        </KeyValueList>
      )}
      {refused && (
        <p className="text-warn">{t('The margin does not carry the new position: reduce this one first.')}</p>
      )}
      <Checkbox checked={!confirm.close} onChange={(skip) => setSettings({ confirm: { ...confirm, close: !skip } })}>
        {t('Do not ask again in this browser')}
      </Checkbox>
      <div className="grid grid-cols-2 gap-2">
        <Button onClick={dropCloseRequest}>{t('Keep position')}</Button>
        <Button
          variant={side === 'long' ? 'sell' : 'buy'}
          busy={busy}
          disabled={plan === null || preview === null || refused}
          autoFocus
          onClick={() => void runClose(position, market, intent)}
        >
          {intent.kind === 'reverse' ? t('Reverse to {size} {symbol}', values) : t('Close {size} {symbol}', values)}
        </Button>
      </div>
    </Dialog>
  )
}

function previewClose(
  portfolio: Portfolio,
  view: MarketView,
  plan: ClosePlan,
  intent: CloseIntent,
): OrderPreview | null {
  const reverse = intent.kind === 'reverse'
  return answerOf(() =>
    previewOrder(portfolio, view, {
      side: plan.side,
      size: reverse ? plan.base * 2n : plan.base,
      worstPrice: plan.limitPrice,
      reduceOnly: !reverse,
    }),
  )
}
