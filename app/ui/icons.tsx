import { cx } from './cx.ts'

export function Logo({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 20 20" className={cx('size-5', className)}>
      <rect width="20" height="20" rx="5" className="fill-accent" />
      <path
        d="M5 13l3.2-4 2.6 2.4L15 6"
        fill="none"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-accent-ink"
      />
    </svg>
  )
}

/** Our own marks for the coins: colour of the coin, a simple sign; any other symbol gets its first letter. */
const SIGN: Record<string, { a: string; b: string; path: string }> = {
  SOL: {
    a: 'var(--coin-sol-a)',
    b: 'var(--coin-sol-b)',
    path: 'M8.6 8h8.4l-1.6 2H7zM8.6 14.2h8.4l-1.6 2H7zM7 11.1h8.4l1.6 2H8.6z',
  },
  BTC: {
    a: 'var(--coin-btc-a)',
    b: 'var(--coin-btc-b)',
    path: 'M9 6.5h4.1c1.8 0 2.9 1 2.9 2.5 0 1-.5 1.8-1.4 2.2 1.2.3 1.9 1.2 1.9 2.5 0 1.8-1.3 2.8-3.3 2.8H9zm2 1.7v2.5h1.7c.9 0 1.4-.5 1.4-1.3s-.5-1.2-1.4-1.2zm0 4.1v2.6h1.9c1 0 1.5-.5 1.5-1.3s-.5-1.3-1.5-1.3zm0-7.3h1v2h-1zm2 0h1v2h-1zm-2 11h1v2h-1zm2 0h1v2h-1z',
  },
  ETH: {
    a: 'var(--coin-eth-a)',
    b: 'var(--coin-eth-b)',
    path: 'M12 4.8l4.6 7.4L12 14.8l-4.6-2.6zM12 16l4.6-2.6L12 19.4l-4.6-6z',
  },
}

export function CoinIcon({ symbol, className }: { symbol: string; className?: string }) {
  const sign = SIGN[symbol]
  const gradient = `coin-${symbol}`
  return (
    <svg aria-hidden viewBox="0 0 24 24" className={cx('size-6 shrink-0', className)}>
      <defs>
        <linearGradient id={gradient} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor={sign?.a ?? 'var(--muted)'} />
          <stop offset="1" stopColor={sign?.b ?? 'var(--ghost)'} />
        </linearGradient>
      </defs>
      <circle cx="12" cy="12" r="12" fill={`url(#${gradient})`} />
      {sign === undefined ? (
        <text x="12" y="16" textAnchor="middle" fontSize="11" fontWeight="650" fill="var(--coin-ink)">
          {symbol.slice(0, 1)}
        </text>
      ) : (
        <path d={sign.path} fill="var(--coin-ink)" fillRule="evenodd" />
      )}
    </svg>
  )
}
