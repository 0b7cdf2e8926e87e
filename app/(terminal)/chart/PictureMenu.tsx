'use client'
import { Camera } from 'lucide-react'
import { toast } from 'sonner'
import type { Interval } from '../../data/settings.ts'
import { t } from '../../i18n/t.ts'
import { MenuItem } from '../../ui/Menu.tsx'
import { BarMenu } from './BarMenu.tsx'
import { useLines } from './lines/lines.ts'
import { drawPicture } from './picture.ts'
import type { PriceChart } from './price-chart.ts'

type PictureMenuProps = { market: string; interval: Interval; chart: PriceChart | undefined }

/** Takes a picture of the chart, with the lines on it. */
export function PictureMenu({ market, interval, chart }: PictureMenuProps) {
  const lines = useLines(market)
  const take = (): Promise<Blob> =>
    chart === undefined
      ? Promise.reject(new Error(t('The chart is still being drawn.')))
      : drawPicture({ chart, market, interval, lines, at: Date.now() })

  const download = async (): Promise<void> => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await take())
    link.download = `${market}-${interval}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.png`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  const copy = async (): Promise<void> => {
    // The promise itself: a browser asks for the click to be still fresh when the clipboard is written.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': take() })])
    toast.success(t('The picture is in the clipboard'))
  }
  const tell = (error: unknown): void => {
    toast.error(t('No picture was taken'), { description: error instanceof Error ? error.message : String(error) })
  }

  return (
    <BarMenu label={t('Picture of the chart')} icon={Camera} disabled={chart === undefined}>
      <MenuItem onClick={() => void download().catch(tell)}>{t('Download the picture')}</MenuItem>
      <MenuItem onClick={() => void copy().catch(tell)}>{t('Copy the picture')}</MenuItem>
    </BarMenu>
  )
}
