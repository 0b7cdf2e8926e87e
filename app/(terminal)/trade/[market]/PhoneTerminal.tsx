'use client'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useEffect, useState } from 'react'
import { t, word } from '../../../i18n/t.ts'
import { Button } from '../../../ui/Button.tsx'
import { Sheet } from '../../../ui/Dialog.tsx'
import { Tabs } from '../../../ui/Tabs.tsx'
import { WalletButton } from '../../../wallet/WalletButton.tsx'
import { AccountPanel } from '../../account/AccountPanel.tsx'
import { Activity } from '../../account/Activity.tsx'
import { NoticesButton } from '../../alerts/NoticesButton.tsx'
import { Book } from '../../book/Book.tsx'
import { GroupingMenu } from '../../book/BookPanel.tsx'
import { Trades } from '../../book/Trades.tsx'
import { ChartPanel, type FirstCandles } from '../../chart/Chart.tsx'
import { Depth, ReachMenu } from '../../depth/DepthPanel.tsx'
import { FundingRate } from '../../header/FundingFigures.tsx'
import { MarketInfo } from '../../header/MarketInfo.tsx'
import { MarketSwitcher } from '../../header/MarketSwitcher.tsx'
import { PriceAge } from '../../header/PriceAge.tsx'
import { ChangePercent, LastPrice, OpenInterest } from '../../header/price-figures.tsx'
import { ReplayChip } from '../../status/ModeChips.tsx'
import { StaleFigures } from '../../status/StaleFigures.tsx'
import { ConnectionDot } from '../../status/StatusFooter.tsx'
import { askTicket, type Intent, subscribe } from '../../ticket/intent.ts'
import { Ticket } from '../../ticket/Ticket.tsx'

const VIEWS = ['chart', 'book', 'depth', 'trades', 'info'] as const
const VIEW_ITEMS = [
  { value: 'chart', label: word('Chart') },
  { value: 'book', label: word('Book') },
  { value: 'depth', label: word('Depth') },
  { value: 'trades', label: word('Trades') },
  { value: 'info', label: word('Info') },
] as const

/** What opened the ticket: a button, or prices taken from the book or the depth curve. */
type TicketRequest = { side: 'buy' | 'sell'; intent?: Intent }

/** One hand, one column: price, a view, the account's activity, and the two buttons always within reach. */
export function PhoneTerminal({ market, firstCandles }: { market: string; firstCandles: FirstCandles | undefined }) {
  const [view, setView] = useQueryState('view', parseAsStringLiteral(VIEWS).withDefault('chart'))
  const [ticket, setTicket] = useState<TicketRequest>()
  // An open ticket takes the prices by itself.
  useEffect(() => subscribe(market, (intent) => setTicket((open) => open ?? { side: 'buy', intent })), [market])
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-px text-md">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <header className="flex h-[52px] items-center gap-2 whitespace-nowrap bg-panel px-4">
          <MarketSwitcher market={market} compact />
          <span className="ml-auto" />
          <ConnectionDot />
          <ReplayChip />
          <NoticesButton />
          <WalletButton />
        </header>
        <section aria-label={t('Market')} className="flex h-15 items-center gap-3 bg-panel px-4">
          <div>
            <LastPrice market={market} className="text-2xl tracking-[-0.02em]" />
            <PriceAge market={market} className="text-xs" />
          </div>
          <dl className="ml-auto grid grid-cols-[auto_auto] gap-x-2.5 text-right text-xs [&>dd]:font-medium [&>dt]:text-faint">
            <dt>{t('24 h')}</dt>
            <dd>
              <ChangePercent market={market} />
            </dd>
            <dt>{t('Funding')}</dt>
            <dd>
              <FundingRate market={market} />
            </dd>
            <dt>{t('OI')}</dt>
            <dd>
              <OpenInterest market={market} />
            </dd>
          </dl>
        </section>
        <Tabs
          label={t('View')}
          items={VIEW_ITEMS.map(({ value, label }) => ({ value, label: t(label) }))}
          value={view}
          onChange={(next) => void setView(next)}
          className="bg-panel"
          barClassName="h-9 px-4"
          panelClassName="h-[min(46dvh,420px)] flex-none"
          trailing={(view === 'book' && <GroupingMenu market={market} />) || (view === 'depth' && <ReachMenu />)}
        >
          {view === 'chart' && <ChartPanel market={market} first={firstCandles} />}
          {view === 'book' && <Book market={market} />}
          {view === 'depth' && <Depth market={market} />}
          {view === 'trades' && <Trades market={market} />}
          {view === 'info' && <MarketInfo market={market} />}
        </Tabs>
        <StaleFigures market={market} label={t('Activity')} className="mt-px flex min-h-60 flex-col bg-panel">
          <Activity market={market} />
        </StaleFigures>
        <StaleFigures market={market} className="mt-px bg-panel">
          <AccountPanel />
        </StaleFigures>
      </div>
      <div className="grid shrink-0 grid-cols-2 gap-2.5 border-line border-t bg-panel px-4 pt-2 pb-[max(10px,env(safe-area-inset-bottom))]">
        <Button variant="buy" className="!h-11 !text-lg" onClick={() => setTicket({ side: 'buy' })}>
          {t('Buy / Long')}
        </Button>
        <Button variant="sell" className="!h-11 !text-lg" onClick={() => setTicket({ side: 'sell' })}>
          {t('Sell / Short')}
        </Button>
      </div>
      <Sheet
        open={ticket !== undefined}
        onOpenChange={(open) => !open && setTicket(undefined)}
        title={t('Trade {market}', { market })}
        className="!p-0 [&>header]:px-3"
      >
        {ticket !== undefined && (
          <>
            <Ticket market={market} side={ticket.side} onSent={() => setTicket(undefined)} />
            {ticket.intent !== undefined && <GiveIntent market={market} intent={ticket.intent} />}
          </>
        )}
      </Sheet>
    </div>
  )
}

/** Repeats what was asked for the ticket that it opened. Stands after the ticket, so that the ticket listens by then. */
function GiveIntent({ market, intent }: { market: string; intent: Intent }) {
  useEffect(() => askTicket(market, intent), [market, intent])
  return null
}
