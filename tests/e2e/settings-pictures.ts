import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'

/** What the settings keep for who is signed in. */
const SECTIONS = ['profile', 'security', 'api-keys', 'notifications', 'webhooks'] as const
type Section = (typeof SECTIONS)[number]
type Shoot = { baseUrl: string; folder: string; suffix: string }

const sectionOf = (page: Page, id: Section) => page.locator(`#${id}`)

async function open(context: BrowserContext, baseUrl: string): Promise<Page> {
  const page = await context.newPage()
  // A whole section fits, also on a phone.
  await page.setViewportSize({ width: page.viewportSize()?.width ?? 1440, height: 2_000 })
  await page.goto(`${baseUrl}/settings`)
  await page.evaluate(() => document.fonts.ready)
  return page
}

async function shootSections(page: Page, { folder, suffix }: Shoot, state: string): Promise<void> {
  for (const id of SECTIONS) {
    const name = ['settings', id, state, suffix].filter(Boolean).join('-')
    await sectionOf(page, id).screenshot({ path: join(folder, `${name}.png`) })
    process.stdout.write(`screenshots/${name}.png\n`)
  }
}

/** Of a wallet that has never signed in: its sections as they begin, then with a key, a webhook and a setup under way. */
export async function photographFirstSignIn(context: BrowserContext, shoot: Shoot): Promise<void> {
  const page = await open(context, shoot.baseUrl)
  await sectionOf(page, 'profile').getByRole('button', { name: 'Sign in' }).click()
  await sectionOf(page, 'webhooks').getByText('You have no webhooks.').waitFor()
  await sectionOf(page, 'api-keys').getByText('You have no API keys.').waitFor()
  await sectionOf(page, 'security').getByText('This one').waitFor()
  await shootSections(page, shoot, 'empty')

  const keys = sectionOf(page, 'api-keys')
  await keys.getByRole('button', { name: 'Make an API key' }).click()
  await keys.getByLabel('Name', { exact: true }).fill('Grid bot on the small server')
  await keys.getByLabel('It may trade').check()
  await keys.getByRole('button', { name: 'Make the key' }).click()
  await keys.getByText('Copy the secret now.').waitFor()
  const webhooks = sectionOf(page, 'webhooks')
  await webhooks.getByRole('button', { name: 'Add a webhook' }).click()
  await webhooks
    .getByLabel('Address', { exact: true })
    .fill('https://hooks.example.com/quantdesk/fills-and-liquidations')
  await webhooks.getByRole('button', { name: 'Add the webhook' }).click()
  await webhooks.getByRole('button', { name: 'Send a test' }).click()
  await webhooks.getByText('webhook.test').waitFor()
  const security = sectionOf(page, 'security')
  await security.getByRole('button', { name: 'Set up an authenticator app' }).click()
  await security.getByRole('img').waitFor()
  await shootSections(page, shoot, 'new')
  await page.close()
}

/** Of who has signed in before; and what the sections say when the server does not answer. */
export async function photographSignedIn(context: BrowserContext, shoot: Shoot): Promise<void> {
  const page = await open(context, shoot.baseUrl)
  await sectionOf(page, 'webhooks').getByRole('button', { name: 'Deliveries' }).click()
  await sectionOf(page, 'webhooks').getByText('webhook.test').waitFor()
  await sectionOf(page, 'api-keys').getByRole('button', { name: 'Make an API key' }).click()
  await shootSections(page, shoot, '')
  await page.close()

  await context.route('**/api/trpc/**', async (route) => {
    // Who is signed in is still known.
    if (new URL(route.request().url()).pathname.includes('auth.session')) return route.continue()
    return route.fulfill({ status: 503, json: {} })
  })
  const broken = await open(context, shoot.baseUrl)
  await sectionOf(broken, 'webhooks').getByRole('alert').waitFor()
  await shootSections(broken, shoot, 'error')
  await broken.close()
  await context.unroute('**/api/trpc/**')
}
