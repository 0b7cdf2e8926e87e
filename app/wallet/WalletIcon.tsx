import { cx } from '#app/ui/cx.ts'

/** The wallet's name stands beside it, so it says nothing to a screen reader. */
export function WalletIcon({ src, className }: { src: string; className: string }) {
  // biome-ignore lint/performance/noImgElement: a data: URI by Wallet Standard, so there is nothing to optimise
  return <img src={src} alt="" className={cx('rounded-full', className)} />
}
