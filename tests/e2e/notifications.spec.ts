import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { startMailServer } from '../../server/notify/testing-mail-server.ts'
import { MAIL_PORT } from './environment.ts'
import { Trader } from './trader.ts'

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** A receiver of webhooks on loopback, which the stack of the browser tests may reach. */
async function receiver() {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.headers['webhook-id'] as string)
    request.resume()
    response.writeHead(204).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    ids: paths,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    stop: () => server.close(),
  }
}

/** A new wallet, signed in, at the settings. */
async function signIn(page: Page): Promise<void> {
  const trader = new Trader(page)
  await trader.visit()
  await trader.steps.getByRole('button', { name: 'Create dev wallet' }).click()
  await expect(page.getByRole('button', { name: /^Wallet / })).toBeVisible()
  await page.goto('/settings')
  await expect(section(page, 'Notifications')).toContainText('Sign in under')
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()
}

test('a signed-in trader chooses what is told, and a webhook gets its test, once more when asked', async ({ page }) => {
  const hooks = await receiver()
  await signIn(page)
  const fills = section(page, 'Notifications').getByRole('group', { name: 'Fills, and orders the exchange took off' })
  await expect(fills.getByRole('checkbox', { name: 'Here' })).toBeChecked()
  await fills.getByRole('checkbox', { name: 'Here' }).uncheck()
  await page.reload()
  await expect(fills.getByRole('checkbox', { name: 'Here' })).not.toBeChecked()

  const webhooks = section(page, 'Webhooks')
  await webhooks.getByRole('button', { name: 'Add a webhook' }).click()
  await webhooks.getByRole('textbox', { name: 'Address' }).fill('ftp://example.com')
  await webhooks.getByRole('button', { name: 'Add the webhook' }).click()
  await expect(webhooks.getByRole('alert')).toContainText('https')
  await webhooks.getByRole('textbox', { name: 'Address' }).fill(hooks.url)
  await webhooks.getByRole('button', { name: 'Add the webhook' }).click()
  await expect(webhooks.getByRole('status')).toContainText('whsec_')
  const own = webhooks.getByRole('list', { name: 'Webhooks' }).getByRole('listitem').first()
  await own.getByRole('button', { name: 'Send a test' }).click()
  await expect.poll(() => hooks.ids.length).toBe(1)
  await expect(own.getByRole('button', { name: 'Deliveries' })).toHaveAttribute('aria-expanded', 'true')
  await expect(async () => {
    await own.getByRole('button', { name: 'Refresh' }).click()
    await expect(own).toContainText('delivered after 1 try: 204', { timeout: 1_000 })
  }).toPass()
  await own.getByRole('button', { name: 'Send again' }).click()
  await expect.poll(() => hooks.ids.length).toBe(2)
  expect(new Set(hooks.ids).size).toBe(1)

  const { violations } = await new AxeBuilder({ page }).include('#notifications').include('#webhooks').analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  hooks.stop()
})

test('an e-mail address is confirmed by its code, gathered for once a day, and unsubscribed from its mail', async ({
  page,
}) => {
  const mail = await startMailServer({ port: MAIL_PORT })
  await signIn(page)
  const notifications = section(page, 'Notifications')
  await notifications.getByRole('textbox', { name: 'Address' }).fill('trader@example.com')
  await notifications.getByRole('button', { name: 'Send a code' }).click()
  const code = notifications.getByRole('textbox', { name: 'Code' })
  await code.fill('WRONG-CODE')
  await notifications.getByRole('button', { name: 'Confirm' }).click()
  await expect(notifications).toContainText('this is not the code of the mail')
  expect(mail.received[0]?.to).toEqual(['trader@example.com'])
  await code.fill(/^Subject: (\S+) /m.exec(mail.received[0]?.source ?? '')?.[1] ?? '')
  await notifications.getByRole('button', { name: 'Confirm' }).click()
  await expect(notifications).toContainText('Sent to trader@example.com.')

  await notifications.getByRole('button', { name: 'How often by e-mail' }).click()
  await page.getByRole('menuitemradio', { name: 'Once a day' }).click()
  await notifications.getByRole('button', { name: 'Hour of the daily message' }).click()
  await page.getByRole('menuitemradio', { name: '18:00' }).click()
  await page.reload()
  await expect(notifications.getByRole('button', { name: 'Hour of the daily message' })).toContainText('18:00')

  // What security has to say waits for no digest.
  await expect.poll(() => mail.received.length, { timeout: 10_000 }).toBe(2)
  const link = mail.received[1]?.headers.get('list-unsubscribe')?.slice(1, -1) ?? ''
  await page.goto(link)
  await page.getByRole('button', { name: 'Unsubscribe' }).click()
  await expect(page.getByText('Unsubscribed. Nothing more is sent')).toBeVisible()
  await page.getByRole('link', { name: 'Choose in the settings' }).click()
  await expect(notifications).toContainText('it was unsubscribed from')
  await notifications.getByRole('button', { name: 'Remove' }).click()
  await notifications.getByRole('button', { name: 'Remove now?' }).click()
  await expect(notifications).toContainText('No address is confirmed.')
  await mail.stop()
})
