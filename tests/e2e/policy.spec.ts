import { expect, test } from '@playwright/test'
import { Trader } from './trader.ts'

/** The browser tells every breach of the content security policy; there must be none on any page. */
for (const path of [
  '/',
  '/markets',
  '/pool',
  '/portfolio',
  '/leaderboard',
  '/status',
  '/settings',
  '/profile',
  '/none',
]) {
  test(`${path} keeps to the content security policy`, async ({ page }) => {
    const breaches: string[] = []
    await page.exposeFunction('tellBreach', (breach: string) => breaches.push(breach))
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        Reflect.get(window, 'tellBreach')(`${effectiveDirective} ${blockedURI}`),
      )
    })
    const response = await page.goto(path)
    const headers = response?.headers() ?? {}
    const policy = headers['content-security-policy'] ?? ''
    expect(policy).toMatch(/script-src 'self' 'nonce-[0-9a-f]{32}' 'strict-dynamic'(;|$)/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'permissions-policy': expect.stringContaining('camera=()'),
    })
    await page.waitForLoadState('load')
    await expect(page.getByRole('main').first()).toBeVisible()
    expect(breaches).toEqual([])
  })
}

test('a trade keeps to the content security policy', async ({ page }) => {
  const breaches: string[] = []
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) breaches.push(message.text())
  })
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await expect(await trader.buyAtMarket('1')).toBeVisible()
  expect(breaches).toEqual([])
})

test('the API reference opens an operation, with nothing from another host and no breach', async ({
  page,
  baseURL,
}) => {
  const breaches: string[] = []
  const foreign: string[] = []
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) breaches.push(message.text())
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(baseURL ?? '') && !url.startsWith('data:')) foreign.push(url)
  })
  await page.goto('/api/docs/swagger')
  await page.locator('#operations-tag-markets').click()
  await expect(page.locator('[id^="operations-markets"][id$=".get"]')).toBeVisible()
  // Nothing of the document is beyond what the page understands.
  await expect(page.getByText('Warning', { exact: true })).toHaveCount(0)
  expect([breaches, foreign]).toEqual([[], []])
})
