'use client'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { toast } from 'sonner'
import { onLookChange } from '#app/data/SettingsProvider.tsx'
import { t } from '#app/i18n/t.ts'
import { Button } from '#app/ui/Button.tsx'
import { Dialog } from '#app/ui/Dialog.tsx'
import { formatCount, formatPercent } from '#app/ui/format.ts'
import { Checkbox } from '#app/ui/Toggle.tsx'
import type { Range, StatisticsDto } from '#server/portfolio/schema.ts'
import { derive, percent, plainRatio, usd } from './figures.ts'
import { RANGE_WORDS } from './Headline.tsx'
import type { Performance, Sample } from './performance.ts'
import { type Card, paintCard, pictureOf } from './share-card.ts'

type ShareProps = {
  authority: string
  range: Range
  samples: readonly Sample[]
  performance: Performance
  statistics: StatisticsDto | undefined
  onClose: () => void
}

/** The result as a picture, made in this browser; amounts of money only where they are wanted in it. */
export function ShareDialog({ onClose, ...given }: ShareProps) {
  // As it is when it opens: a picture that changes under the eyes cannot be judged.
  const [shared] = useState(given)
  const [withMoney, setWithMoney] = useState(false)
  const canvas = useRef<HTMLCanvasElement>(null)
  const card = useMemo(() => cardOf(shared, withMoney), [shared, withMoney])
  const use = async (what: (picture: Blob) => Promise<void> | void, done: string): Promise<void> => {
    try {
      if (canvas.current === null) return
      await what(await pictureOf(canvas.current))
      toast.success(done)
    } catch (error) {
      toast.error(t('The picture could not be made'), {
        description: error instanceof Error ? error.message : String(error),
      })
    }
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('Share your result')} className="max-w-[640px]">
      <Picture card={card} canvas={canvas} />
      <Checkbox checked={withMoney} onChange={setWithMoney}>
        {t('Show amounts in dollars')}
      </Checkbox>
      <div className="grid grid-cols-2 gap-2">
        <Button size="lg" onClick={() => void use(copy, t('Picture copied'))}>
          {t('Copy')}
        </Button>
        <Button size="lg" variant="primary" onClick={() => void use(save, t('Picture saved'))}>
          {t('Save as PNG')}
        </Button>
      </div>
    </Dialog>
  )
}

/** Stands inside the window, whose script may come later than the dialog is asked for. */
function Picture({ card, canvas }: { card: Card; canvas: RefObject<HTMLCanvasElement | null> }) {
  useEffect(() => {
    const paint = (): void => {
      if (canvas.current !== null) paintCard(canvas.current, card)
    }
    paint()
    // Its font may still be on its way.
    void document.fonts.ready.then(paint)
    return onLookChange(paint)
  }, [card, canvas])
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={`${card.title}: ${card.headline}. ${card.figures.map((figure) => figure.join(' ')).join(', ')}`}
      className="aspect-[1200/630] w-full rounded-md"
    />
  )
}

function cardOf(
  { authority, range, samples, performance, statistics }: Omit<ShareProps, 'onClose'>,
  withMoney: boolean,
): Card {
  const derived = statistics === undefined ? null : derive(statistics)
  const factor = derived?.profitFactor
  return {
    authority,
    title: t(RANGE_WORDS[range]),
    headline: percent(performance.change, { sign: true }),
    isLoss: performance.change < 0,
    samples,
    figures: [
      ...(withMoney ? [[t('PnL'), usd(performance.pnl)] as const] : []),
      [t('Trades'), formatCount(statistics?.trades ?? 0)],
      [t('Win rate'), formatPercent(derived?.winRate, 1)],
      [t('Profit factor'), factor == null ? '–' : plainRatio(Number(factor))],
      [t('Max drawdown'), percent(performance.maxDrawdown, { decimals: 1 })],
    ],
  }
}

const copy = (picture: Blob): Promise<void> => navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })])

function save(picture: Blob): void {
  const url = URL.createObjectURL(picture)
  const link = document.createElement('a')
  link.href = url
  link.download = 'quantdesk-result.png'
  link.click()
  URL.revokeObjectURL(url)
}
