'use client'
import { Pause, Play, Trash2, X } from 'lucide-react'
import type { ComponentType } from 'react'
import { useNow } from '#app/data/clock.ts'
import { useMarket } from '#app/data/market.tsx'
import { t } from '#app/i18n/t.ts'
import { IconButton } from '#app/ui/Button.tsx'
import { formatCountdown, formatPrice, formatSize, formatTime, NO_VALUE } from '#app/ui/format.ts'
import { EmptyState } from '#app/ui/states.tsx'
import { SideBar, Table, Td, Th } from '#app/ui/Table.tsx'
import type { MarketDto } from '#server/exchange/schema.ts'
import { averagePrice, priceText, toBase } from '../account/decimal.ts'
import { openOneClick } from '../one-click/dialog-state.ts'
import { endOf, ends, nextStep, pauses, resumes, type Twap } from './model.ts'
import { changeTwap, isRunning, removeTwap, type Shown, useShownTwaps, useTwapChain } from './store.ts'
import { reasonWords, stateWords } from './words.ts'
import { worldOf } from './world.ts'

/** What runs, what waits for its trader, and what is over. */
export function TwapTable(shown: Shown) {
  const twaps = useShownTwaps(shown)
  if (twaps.length === 0) {
    return (
      <EmptyState title={t('No time-weighted orders')}>
        {t('A TWAP splits a large order into many small ones over time. Choose it in the ticket, under “More”.')}
      </EmptyState>
    )
  }
  return (
    <>
      <Table label={t('Time-weighted orders')} className="max-md:hidden">
        <thead>
          <tr>
            <Th>{t('Market')}</Th>
            <Th>{t('Filled of size')}</Th>
            <Th className="w-28">
              <span className="sr-only">{t('Progress')}</span>
            </Th>
            <Th>{t('Average price')}</Th>
            <Th>{t('Limit')}</Th>
            <Th>{t('Slices')}</Th>
            <Th>{t('Time left')}</Th>
            <Th className="!text-left">{t('State')}</Th>
            <Th>
              <span className="sr-only">{t('Actions')}</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {twaps.map((twap) => (
            <InMarket key={twap.id} twap={twap} draw={TwapRow} />
          ))}
        </tbody>
      </Table>
      <ul aria-label={t('Time-weighted orders')} className="grid gap-2 p-3 md:hidden">
        {twaps.map((twap) => (
          <InMarket key={twap.id} twap={twap} draw={TwapCard} />
        ))}
      </ul>
      {twaps.some(isRunning) && (
        <p className="px-3 py-2 text-faint text-xs">
          {t(
            'This browser sends the slices, with its trading key, while any tab of this page is open. Closed, it waits, and goes on at the next visit until its time is over.',
          )}
        </p>
      )}
    </>
  )
}

type RowProps = { twap: Twap; market: MarketDto }

function InMarket({ twap, draw: Draw }: { twap: Twap; draw: ComponentType<RowProps> }) {
  const market = useMarket(twap.market)
  return market === undefined ? null : <Draw twap={twap} market={market} />
}

function TwapRow({ twap, market }: RowProps) {
  const { params } = market
  return (
    <tr aria-label={nameOf(twap, market)} className={isRunning(twap) ? undefined : 'text-muted'}>
      <Td>
        <SideBar side={twap.side} />
        {twap.market}
      </Td>
      <Td>{filledText(twap, market)}</Td>
      <Td>
        <Progress twap={twap} />
      </Td>
      <Td>{averageText(twap, market)}</Td>
      <Td>{twap.limit === null ? NO_VALUE : formatPrice(twap.limit, params.tickSize)}</Td>
      <Td>
        {twap.sent} <span className="text-faint">/ {twap.slices}</span>
      </Td>
      <Td>
        <TimeLeft twap={twap} />
      </Td>
      <Td className="!text-left max-w-72 truncate">
        <State twap={twap} />
      </Td>
      <Td className="!px-1.5">
        <Actions twap={twap} market={market} size="sm" />
      </Td>
    </tr>
  )
}

/** The same on a phone: a card. */
function TwapCard({ twap, market }: RowProps) {
  return (
    <li aria-label={nameOf(twap, market)} className="grid gap-1.5 rounded-lg bg-raised px-3 py-2.5">
      <div className="flex items-center gap-2">
        <b className="font-semibold">{twap.market}</b>
        <span className={twap.side === 'buy' ? 'text-up' : 'text-down'}>
          {twap.side === 'buy' ? t('TWAP buy') : t('TWAP sell')}
        </span>
        <span className="ml-auto">{filledText(twap, market)}</span>
      </div>
      <Progress twap={twap} />
      <div className="flex items-center gap-3 text-sm">
        <span>
          <span className="text-faint">{t('Average price')} </span>
          {averageText(twap, market)}
        </span>
        <TimeLeft twap={twap} />
        <span className="ml-auto">
          <Actions twap={twap} market={market} size="md" />
        </span>
      </div>
      <p className="text-xs">
        <State twap={twap} />
      </p>
    </li>
  )
}

function nameOf({ side, size }: Twap, { baseSymbol, market, params }: MarketDto): string {
  const values = { size: formatSize(size, params.stepSize, { suffix: ` ${baseSymbol}` }), market }
  return side === 'buy' ? t('TWAP buy {size} of {market}', values) : t('TWAP sell {size} of {market}', values)
}

const filledText = ({ filled, size }: Twap, { params, baseSymbol }: MarketDto): string =>
  t('{filled} of {size}', {
    filled: formatSize(filled, params.stepSize),
    size: formatSize(size, params.stepSize, { suffix: ` ${baseSymbol}` }),
  })

function averageText({ filled, quote }: Twap, { params }: MarketDto): string {
  const price = averagePrice([{ size: filled, quote }])
  return price === null ? NO_VALUE : formatPrice(priceText(price), params.tickSize)
}

function Progress({ twap: { filled, size, side } }: { twap: Twap }) {
  const percent = Number((toBase(filled) * 1_000n) / toBase(size)) / 10
  return (
    <div
      role="progressbar"
      aria-label={t('Filled')}
      aria-valuenow={Math.round(percent)}
      className="h-1 w-full min-w-20 overflow-hidden rounded-full bg-hover"
    >
      <div className={side === 'buy' ? 'h-full bg-up' : 'h-full bg-down'} style={{ width: `${percent}%` }} />
    </div>
  )
}

function TimeLeft({ twap }: { twap: Twap }) {
  const left = useNow((now) => formatCountdown(endOf(twap) - now))
  if (twap.status === 'ended') return NO_VALUE
  return <span title={t('Ends at {time}', { time: formatTime(endOf(twap)) })}>{left}</span>
}

function State({ twap }: { twap: Twap }) {
  const isAway = useTwapChain((chain) => chain.isAway)
  const state = useNow((now) => stateWords(twap, nextStep(twap, worldOf(twap)), now, isAway)) ?? ''
  const needsKey = useNow(() => {
    const step = nextStep(twap, worldOf(twap))
    return twap.status !== 'ended' && (twap.reason === 'key' || (step.do === 'wait' && step.why === 'key'))
  })
  const reason = reasonWords(twap)
  return (
    <>
      <span title={reason === '' ? undefined : reason} className={twap.status === 'paused' ? 'text-warn' : undefined}>
        {state}
      </span>
      {reason !== '' && <span className="text-faint"> · {reason}</span>}
      {needsKey === true && (
        <button type="button" onClick={openOneClick} className="ml-2 text-accent hover:underline">
          {t('Set it up')}
        </button>
      )}
    </>
  )
}

function Actions({ twap, market, size }: RowProps & { size: 'sm' | 'md' }) {
  const { id, status } = twap
  const name = nameOf(twap, market)
  if (status === 'ended') {
    return (
      <IconButton size={size} label={t('Remove {name} from the list', { name })} onClick={() => removeTwap(id)}>
        <Trash2 aria-hidden className="size-3" />
      </IconButton>
    )
  }
  return (
    <span className="inline-flex gap-0.5">
      {status === 'paused' ? (
        <IconButton size={size} label={t('Resume {name}', { name })} onClick={() => changeTwap(id, resumes)}>
          <Play aria-hidden className="size-3" />
        </IconButton>
      ) : (
        <IconButton size={size} label={t('Pause {name}', { name })} onClick={() => changeTwap(id, pauses)}>
          <Pause aria-hidden className="size-3" />
        </IconButton>
      )}
      <IconButton
        size={size}
        label={t('Cancel {name}', { name })}
        onClick={() => changeTwap(id, (now) => ends(now, 'trader'))}
      >
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </span>
  )
}
