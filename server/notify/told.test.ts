import { describe, expect, it } from 'vitest'
import { compose } from './compose.ts'
import { KINDS, type Kind } from './kinds.ts'
import { notificationMail } from './mail.ts'
import { telegramText } from './telegram.ts'

const place = { subAccount: 'SubAccount1', signature: 'Signature1' }
const trade = { market: 'SOL-PERP', price: '150250000', size: '2500000000', realisedPnl: '-1500000', ...place }

/** Of each kind: facts as the database writes them, and all that is said of them. */
const TOLD: Readonly<Record<Kind, { facts: object; title: string; body: string }>> = {
  'order.filled': {
    facts: { ...trade, side: 'buy', fee: '187812', orderId: '7', cause: 'order' },
    title: 'SOL-PERP: bought 2.5 at 150.25',
    body: 'Realised -1.5 USDC, fee 0.187812 USDC.',
  },
  'order.canceled': {
    facts: { market: 'SOL-PERP', orderId: '7', reason: 'insufficient_margin', size: '1000000000', ...place },
    title: 'SOL-PERP: order 7 was cancelled',
    body: 'The exchange took it off: the margin did not suffice.',
  },
  'position.liquidated': {
    facts: { ...trade, side: 'sell' },
    title: 'SOL-PERP: liquidated',
    body: '2.5 sold at 150.25; realised -1.5 USDC.',
  },
  'position.reduced': {
    facts: { ...trade, side: 'buy', fee: '0', cause: 'deleverage' },
    title: 'SOL-PERP: position reduced by the exchange',
    body: '2.5 bought back at 150.25 by deleveraging; realised -1.5 USDC.',
  },
  'transfer.deposit': {
    facts: { mint: 'Mint1', symbol: 'SOL', amount: '12.25', ...place },
    title: 'Deposited 12.25 SOL',
    body: '',
  },
  'transfer.withdrawal': {
    facts: { mint: 'Mint1', symbol: 'USDC', amount: '1000', ...place },
    title: 'Withdrew 1000 USDC',
    body: 'If this was not you, your wallet is no longer yours alone: move what is left.',
  },
  'alert.price': {
    facts: { market: 'BTC-PERP', direction: 'below', threshold: '90000000000', price: '89999500000' },
    title: 'BTC-PERP is below 90000',
    body: 'The oracle price is 89999.5.',
  },
  'security.signed_in': {
    facts: { ip: '203.0.113.7', userAgent: 'Firefox' },
    title: 'New sign-in',
    body: 'From 203.0.113.7, with Firefox. If this was not you, end the session in the settings.',
  },
  'security.api_key_created': {
    facts: { label: 'bot', scopes: ['read', 'trade'] },
    title: 'API key “bot” was made',
    body: 'It may read, trade. If this was not you, revoke it in the settings.',
  },
  'security.signing_key_made': {
    facts: { subAccountId: 2, maxOrderNotional: '1000000000', maxDayNotional: '5000000000' },
    title: 'The service may sign for sub-account 2',
    body: 'Orders up to 1000 USDC, and 5000 USDC in 24 hours, once your wallet has allowed it. If this was not you, revoke it in the settings.',
  },
  'security.factor_reset_begun': {
    facts: { dueAt: Date.parse('2026-11-23T12:00Z') },
    title: 'Your second factors will be removed',
    body: 'Support was asked to, and will at 2026-11-23 12:00 UTC. If this was not you, sign in and stop it in the settings, under Security.',
  },
  'security.factors_removed': {
    facts: {},
    title: 'Your second factors were removed',
    body: 'All sessions were ended. Sign in with your wallet and set up new ones.',
  },
  'security.email_confirmed': {
    facts: { address: 'alice@example.com' },
    title: 'E-mail address confirmed',
    body: 'alice@example.com is told what you choose in the settings. If this was not you, remove it there and end the other sessions.',
  },
  'webhook.disabled': {
    facts: { url: 'https://example.com/hook', reason: 'the receiver answered 410 Gone' },
    title: 'A webhook was switched off',
    body: 'https://example.com/hook: the receiver answered 410 Gone. Mend it and switch it on again; what it missed can be sent once more.',
  },
  'email.disabled': {
    facts: { address: 'alice@example.com', reason: 'it was unsubscribed from' },
    title: 'E-mail was switched off',
    body: 'Nothing more is sent to alice@example.com: it was unsubscribed from. Confirm it again in the settings to go on.',
  },
}

describe.each(KINDS)('%s', (kind) => {
  const { facts, title, body } = TOLD[kind]
  const telling = compose(kind, facts)
  const item = { title, body, at: Date.parse('2026-11-21T12:00Z') }
  const mail = notificationMail({
    items: [item],
    timeZone: 'Europe/Berlin',
    site: 'https://desk.example',
    unsubscribeUrl: 'https://desk.example/unsubscribe?token=t',
  })

  it('in the application, and to webhooks, with exact decimals', () => {
    expect(telling).toMatchObject({ title, body })
    expect(Object.keys(telling.data).sort()).toEqual(
      Object.keys(facts)
        .filter((name) => !(kind === 'order.filled' && name === 'cause'))
        .sort(),
    )
    if ('price' in telling.data) expect(telling.data.price).toMatch(/^\d+\.\d+$/)
  })

  it('on Telegram', () => {
    expect(telegramText([item])).toBe(body === '' ? title : `${title}\n${body}`)
  })

  it('by e-mail, as text and as HTML', () => {
    expect(mail.subject).toBe(title)
    const said = [title, ...(body === '' ? [] : [body]), '21 Nov 2026, 13:00']
    expect(mail.text.startsWith(`${said.join('\n')}\n`)).toBe(true)
    expect(mail.text).toContain('Unsubscribe: https://desk.example/unsubscribe?token=t')
    for (const words of said) expect(mail.html).toContain(words)
  })
})
