import { serverNow } from '#app/data/connection.ts'
import { marketStore, onPrice, priceStore } from '#app/data/market.tsx'
import { joinTopic } from '#app/data/stream.ts'
import { onUserMessage, readUser } from '#app/data/user.ts'
import { t, word } from '#app/i18n/t.ts'
import { formatNumber, formatPercent, formatPrice, formatSize, formatUsd } from '#app/ui/format.ts'
import { liquidationPrice } from '#client/math/index.ts'
import { formatUnits, parseUnits } from '#client/units.ts'
import type { FillDto, LiquidationDto, MarketDto, SubAccountDto } from '#server/exchange/schema.ts'
import { priceText, toPrice } from '../account/decimal.ts'
import { fillWords } from '../account/fill-words.ts'
import { type MarketView, marketView } from '../account/market-view.ts'
import { marketsOf, type PortfolioWorld, portfolioOf } from '../account/portfolio.ts'
import { distanceBps } from '../account/position-figures.ts'
import { isSlice } from '../twap/slices.ts'
import { FAR, fundingRearm, observe, observeDistance, priceRearm, type Rule, SEVERITIES } from './model.ts'
import { useAlerts } from './store.ts'
import { tell } from './tell.ts'

/** Whose account is watched, and what its margin is made of. */
export type Watched = { authority: string | null } & Omit<PortfolioWorld, 'now'>

const RATE_DECIMALS = 12
/** A distance is a search over the whole account: once a second is soon enough. */
const DISTANCE_EVERY_MS = 1_000

/**
 * Watches prices, funding, fills and distances, and tells what is due. It listens to the stream itself: stores speak once
 * per painted frame, and a tab in the background paints none. `markets`: all that any alert needs.
 */
export function watch(markets: readonly string[], watched: Watched): () => void {
  let lookedAt = 0
  const look = (): void => {
    const now = Date.now()
    if (now - lookedAt < DISTANCE_EVERY_MS) return
    lookedAt = now
    watchDistances(watched)
  }
  const stops = markets.flatMap((market) => [
    // A store is filled only while somebody reads it.
    marketStore(market).subscribe(() => undefined),
    priceStore(market).subscribe(() => undefined),
    onPrice(market, ({ price }) => {
      watchRules('price', market, toPrice(price))
      look()
    }),
    joinTopic(`market.${market}`, ({ data }) =>
      watchRules('funding', market, parseUnits(data.fundingRateHourly, RATE_DECIMALS)),
    ),
  ])
  if (watched.authority !== null) {
    stops.push(
      onUserMessage(watched.authority, (message) => {
        if (message.type === 'fill' && !message.fill.liquidation && !isSlice(message.fill)) tellFill(message.fill)
        if (message.type === 'liquidation') tellLiquidation(message.liquidation)
      }),
    )
  }
  return () => {
    for (const stop of stops) stop()
  }
}

function watchRules(kind: Rule['kind'], market: string, value: bigint): void {
  const { rules, disarmed } = useAlerts.getState()
  for (const rule of rules) {
    if (rule.kind !== kind || rule.market !== market) continue
    const at = kind === 'price' ? toPrice(rule.at) : parseUnits(rule.at, RATE_DECIMALS)
    const rearm = kind === 'price' ? priceRearm(at) : fundingRearm(at)
    const armed = !disarmed.includes(rule.id)
    const next = observe({ armed }, { side: rule.side, at, rearm }, value)
    if (next.armed !== armed) settle(rule, next.armed, next.speaks)
    if (next.speaks) tellRule(rule, value)
  }
}

function settle(rule: Rule, armed: boolean, speaks: boolean): void {
  useAlerts.change((alerts) => ({
    ...alerts,
    rules: speaks && !rule.repeats ? alerts.rules.filter(({ id }) => id !== rule.id) : alerts.rules,
    disarmed: armed || !rule.repeats ? alerts.disarmed.filter((id) => id !== rule.id) : [...alerts.disarmed, rule.id],
  }))
}

const TOLD: Readonly<Record<Rule['kind'], Record<Rule['side'], string>>> = {
  price: { above: word('{market} is above {threshold}'), below: word('{market} is below {threshold}') },
  funding: {
    above: word('{market} funding is above {threshold}'),
    below: word('{market} funding is below {threshold}'),
  },
}

function tellRule({ kind, market, side, at }: Rule, value: bigint): void {
  const tick = marketStore(market).get()?.params.tickSize ?? '0.01'
  const isPrice = kind === 'price'
  const threshold = isPrice ? formatPrice(at, tick) : formatPercent(at, 4, { sign: true })
  const now = isPrice
    ? formatPrice(priceText(value), tick)
    : formatPercent(formatUnits(value, RATE_DECIMALS), 4, { sign: true })
  tell({
    id: `rule-${crypto.randomUUID()}`,
    at: serverNow(),
    kind,
    severity: 'info',
    market,
    title: t(TOLD[kind][side], { market, threshold }),
    text: t(isPrice ? 'The oracle price is {now}.' : "This hour's rate is {now}.", { now }),
  })
}

function watchDistances({ authority, ...world }: Watched): void {
  const { liquidation, levels, nearness } = useAlerts.getState()
  const account = authority === null || !liquidation ? undefined : readUser(authority)
  for (const subAccount of account?.subAccounts ?? []) {
    const views = viewsOf([...marketsOf(subAccount), ...world.collaterals.map(({ market }) => market)])
    const portfolio = portfolioOf(subAccount, views, { ...world, now: serverNow() })
    // A price is missing: nothing is known, which is not the same as nothing near.
    if (portfolio === null) continue
    for (const { market, base } of subAccount.positions) {
      const view = views.get(market)
      if (view === undefined) continue
      const at = base === '0' ? null : liquidationPrice(portfolio, market)
      const distance = at === null ? null : Math.abs(Number(distanceBps(view.price.price, at)))
      const key = `${subAccount.address} ${market}`
      const before = nearness[key] ?? FAR
      const { known, speaks } = observeDistance(before, levels, distance, Date.now())
      if (known !== before && (known.level !== before.level || speaks !== null)) {
        useAlerts.change((alerts) => ({ ...alerts, nearness: { ...alerts.nearness, [key]: known } }))
      }
      if (speaks !== null && at !== null && distance !== null) tellDistance(subAccount, view, at, distance, speaks)
    }
  }
}

function viewsOf(markets: readonly string[]): Map<string, MarketView> {
  const views = new Map<string, MarketView>()
  for (const market of markets) {
    const [dto, price] = [marketStore(market).get(), priceStore(market).get()]
    if (dto !== undefined && price !== undefined) views.set(market, marketView(dto, price))
  }
  return views
}

function tellDistance({ address, id }: SubAccountDto, view: MarketView, at: bigint, distance: number, level: number) {
  const { market, price, tickSize } = view
  const text = (value: bigint): string => formatPrice(priceText(value), priceText(tickSize))
  const share = formatNumber((distance / 100).toFixed(1), { min: 1, suffix: '\u202f%' })
  tell({
    id: `distance-${address}-${market}-${level}-${serverNow()}`,
    at: serverNow(),
    kind: 'liquidation',
    severity: SEVERITIES[level] ?? 'critical',
    market,
    title: t('{market} is {share} from liquidation', { market, share }),
    text: t('Sub-account {id}: liquidated at {at}, the price is {price}. Deposit or reduce the position.', {
      id,
      at: text(at),
      price: text(price.price),
    }),
  })
}

const known = (market: string): MarketDto | undefined => marketStore(market).get()

function tellFill(fill: FillDto): void {
  const dto = known(fill.market)
  if (dto === undefined || !useAlerts.getState().fills) return
  const { id, market, side, at } = fill
  tell({ id: `fill-${id}-${side}`, at, kind: 'fill', severity: 'info', market, ...fillWords(fill, dto) })
}

function tellLiquidation({ id, market, size, price, realisedPnl, at }: LiquidationDto): void {
  const dto = known(market)
  if (dto === undefined) return
  const { stepSize, tickSize } = dto.params
  tell({
    id: `liquidation-${id}`,
    at,
    kind: 'liquidation',
    severity: 'critical',
    market,
    title: t('{size} of your {market} position was liquidated', {
      size: `${formatSize(size, stepSize)} ${dto.baseSymbol}`,
      market,
    }),
    text: t('At {price}, realised {realised}. Deposit or reduce to keep the rest.', {
      price: formatPrice(price, tickSize),
      realised: formatUsd(realisedPnl, { sign: true }),
    }),
  })
}
