import { expect, type Page, test } from '@playwright/test'

test.use({ locale: 'de-DE' })

/** What React says when the browser's first picture of a page is not the server's: in words, or by its number. */
const UNLIKE = /hydrat|did not match|React error #4(?:18|2[0-5])\b/i

const PAGES = [
  ['/trade/SOL-PERP', 'Handelsterminal SOL-PERP', 'Mit Testguthaben starten'],
  ['/markets', 'Märkte', 'Favoriten'],
  ['/pool', 'Liquiditätspool', 'Was schiefgehen kann'],
  ['/portfolio', 'Portfolio', 'Wallet verbinden, um ihr Portfolio zu sehen'],
  ['/leaderboard', 'Rangliste', 'Realisierter PnL'],
  ['/status', 'Status', 'Solvenznachweis'],
  ['/settings', 'Einstellungen', 'Zahlen'],
] as const

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name })

/** Only a page that is alive hears a press. */
async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('contentinfo').getByRole('status')).toHaveText(/^Live/)
}

test('a German browser gets German with the first answer, another one English', async ({ request }) => {
  const markets = async (accepted: string) =>
    (await request.get('/markets', { headers: { 'accept-language': accepted } })).text()
  const german = await markets('de-DE,de;q=0.9,en;q=0.8')
  expect(german).toMatch(/<html[^>]* lang="de"/)
  expect(german).toMatch(/>Märkte<\/a>/)
  expect(german).toMatch(/<title>Märkte · QuantDesk<\/title>/)
  const french = await markets('fr-FR,fr;q=0.9')
  expect(french).toMatch(/<html[^>]* lang="en"/)
  expect(french).toMatch(/>Markets<\/a>/)
})

test('every page is German from its heading on, and the browser draws what the server sent', async ({ page }) => {
  const unlike: string[] = []
  page.on('pageerror', ({ message }) => UNLIKE.test(message) && unlike.push(message))
  page.on('console', (message) => UNLIKE.test(message.text()) && unlike.push(message.text()))
  for (const [path, name, text] of PAGES) {
    await visit(page, path)
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(heading(page, name)).toBeAttached()
    await expect(page.getByRole('navigation', { name: 'Seiten' }).getByRole('link', { name: 'Märkte' })).toBeVisible()
    await expect(page.getByRole('main').getByText(text).first()).toBeVisible()
  }
  expect(unlike).toEqual([])
})

test('English is chosen in the settings, remembered, and given back to the browser', async ({ page, context }) => {
  await visit(page, '/settings')
  await page.getByRole('region', { name: 'Anzeige' }).getByText('English', { exact: true }).click()
  await expect(heading(page, 'Settings')).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')

  const later = await context.newPage()
  await visit(later, '/markets')
  await expect(heading(later, 'Markets')).toBeVisible()

  await visit(later, '/settings')
  await later.getByRole('region', { name: 'Display' }).getByText('As the browser', { exact: true }).click()
  await expect(heading(later, 'Einstellungen')).toBeVisible()
  // The other tab has followed.
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
})

test('a market order goes out in German', async ({ page }) => {
  await visit(page, '/trade/SOL-PERP')
  const steps = page.getByRole('region', { name: 'Erste Schritte' })
  await steps.getByRole('button', { name: 'Dev-Wallet anlegen' }).click()
  await steps.getByRole('button', { name: 'Testguthaben holen' }).click()
  await steps.getByRole('button', { name: 'Einzahlen', exact: true }).click()
  await expect(steps).toBeHidden()

  const ticket = page.getByRole('form', { name: /^Order für/ })
  await ticket.getByRole('textbox', { name: /^Größe/ }).fill('1')
  await ticket.getByRole('button', { name: /^Kaufen 1\.00 SOL/ }).click()
  await expect(page.getByRole('region', { name: /^Kaufen 1\.00 SOL/ }).getByText(/Ausgeführt zu/)).toBeVisible()
  await expect(page.getByRole('row', { name: 'Position SOL-PERP' })).toContainText('1.00 SOL')
})
