import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { compose } from './compose.ts'
import { CHANNELS, channelsFor, DEFAULT_CHANNELS, GROUPS, groupOf, isMandatory, KINDS } from './kinds.ts'
import { MAX_ATTEMPTS, nextAttempt } from './ladder.ts'
import { checkWebhookUrl, isPublicAddress, publicLookup } from './public-address.ts'

const fill = {
  market: 'SOL-PERP',
  side: 'buy',
  price: '150250000',
  size: '2500000000',
  fee: '187812',
  realisedPnl: '-1500000',
  orderId: '7',
  cause: 'order',
  subAccount: 'a',
  signature: 's',
}

describe('what is told', () => {
  it('is exact decimals, in words and as data', () => {
    const { title, body, data } = compose('order.filled', fill)
    expect(title).toBe('SOL-PERP: bought 2.5 at 150.25')
    expect(body).toBe('Realised -1.5 USDC, fee 0.187812 USDC.')
    expect(data).toMatchObject({ price: '150.25', size: '2.5', orderId: '7' })
  })

  it('says why the exchange took an order off, also for a reason that has no sentence yet', () => {
    const canceled = { market: 'SOL-PERP', orderId: '7', size: '1', subAccount: 'a', signature: 's' }
    expect(compose('order.canceled', { ...canceled, reason: 'lapsed' }).body).toMatch(/no price came in time/)
    expect(compose('order.canceled', { ...canceled, reason: 'some_new_one' }).body).toMatch(/some new one\.$/)
  })

  it('refuses facts of another kind', () => {
    expect(() => compose('order.filled', { ...fill, price: 'NaN' })).toThrow()
    expect(() => compose('transfer.deposit', fill)).toThrow()
  })

  it('has a group and channels for each kind; a choice, also of none, is kept', () => {
    for (const kind of KINDS) {
      expect(GROUPS[groupOf(kind)]).toContain(kind)
      expect(channelsFor(kind, {})).toEqual(isMandatory(kind) ? CHANNELS : DEFAULT_CHANNELS[groupOf(kind)])
      expect(channelsFor(kind, { [groupOf(kind)]: [] })).toEqual(isMandatory(kind) ? CHANNELS : [])
    }
  })
})

test('docs/notifications.md lists exactly the kinds that there are', () => {
  const [, table = ''] = readFileSync(new URL('../../docs/notifications.md', import.meta.url), 'utf8').split(
    /<!-- \/?kinds -->/,
  )
  const listed = [...table.matchAll(/^\| `([\w.]+)` \| (\w+) \|/gm)].map(([, kind, group]) => ({ kind, group }))
  expect(listed).toEqual(KINDS.map((kind) => ({ kind, group: groupOf(kind) })))
})

test('tries come after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours, never sooner, at most a fifth later; then none', () => {
  const minutes = Array.from({ length: MAX_ATTEMPTS }, (_, index) => nextAttempt(index + 1, 0, 0))
  expect(minutes.map((ms) => (ms === null ? null : ms / 60_000))).toEqual([
    1 / 12,
    5,
    30,
    120,
    300,
    600,
    840,
    1_200,
    1_440,
    null,
  ])
  expect(nextAttempt(2, 1_000, 0.999)).toBeGreaterThan(1_000 + 5 * 60_000)
  expect(nextAttempt(2, 1_000, 0.999)).toBeLessThanOrEqual(1_000 + 6 * 60_000)
})

describe('where webhooks may go', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '198.18.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'ff02::1',
    'nonsense',
  ])('%s is not of the internet', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  it.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://localhost/',
    'https://user:pass@example.com/',
    'example.com',
    '',
  ])('"%s" is refused', (url) => {
    expect(() => checkWebhookUrl(url, { allowPrivate: false })).toThrow(/^url: /)
  })

  it('lets an operator allow the own network, but not another protocol', () => {
    expect(checkWebhookUrl('http://127.0.0.1:9/', { allowPrivate: true }).port).toBe('9')
    expect(() => checkWebhookUrl('file:///etc/passwd', { allowPrivate: true })).toThrow(/https/)
  })

  it('judges the very address that is connected to, and every one a name has', () => {
    const answering = (...addresses: string[]) =>
      publicLookup(((_: string, __: object, done: (error: null, found: object[]) => void) =>
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        )) as never)
    const ask = (...addresses: string[]) => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      answering(...addresses)('a.example', {}, (error, found) => (error === null ? resolve(found) : reject(error)))
      return promise
    }
    return Promise.all([
      expect(ask('1.1.1.1')).resolves.toBe('1.1.1.1'),
      expect(ask('1.1.1.1', '10.0.0.1')).rejects.toThrow(/private network/),
      expect(ask()).rejects.toThrow(/private network/),
    ])
  })
})
