import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, devices, type Page } from '@playwright/test'
import { Keypair } from '@solana/web3.js'
import { findSystemChromium } from '../../server/cli/chromium.ts'
import { photographFirstSignIn, photographSignedIn } from './settings-pictures.ts'
import { photographModes } from './ticket-pictures.ts'
import { Trader } from './trader.ts'

/**
 * Pictures of the running terminal (`npm run screenshots`): a first visit, then a funded account that holds a position
 * and a resting order, in both themes, wide and on a phone. BASE_URL says where it runs.
 */
const BASE_URL = process.env.BASE_URL ?? 'http://127.0.0.1:3000'
const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, 'screenshots')
const DOCS = join(ROOT, 'docs/images')
const SETTINGS = { baseUrl: BASE_URL, folder: FOLDER }
/** The README and the docs show these. */
const IN_DOCS = ['terminal-dark', 'terminal-light', 'phone-dark']

type Look = { theme: 'dark' | 'light'; interval?: string }
const DESKTOP = { width: 1440, height: 900 }
/** Longest wait for one stage of a transaction. */
const STAGE_MS = 90_000
const PHONE = devices['Pixel 7']

async function dress(context: BrowserContext, { theme, interval = '15m' }: Look): Promise<void> {
  context.setDefaultTimeout(STAGE_MS)
  const settings = { version: 1, theme, colors: 'green-red', interval, bookGrouping: {} }
  const value = encodeURIComponent(JSON.stringify(settings))
  await context.addCookies([{ name: 'quantdesk-settings', value, url: BASE_URL }])
}

/** Until prices, chart and book have been painted with live data. */
async function settled(page: Page): Promise<void> {
  await page.locator('canvas').first().waitFor()
  await page.evaluate(() => document.fonts.ready)
  // Two seconds of prices: the newest candle, ages and the clock have moved.
  await page.waitForTimeout(2_000)
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
  process.stdout.write(`screenshots/${name}.png\n`)
}

async function visit(
  context: BrowserContext,
  path: string,
  name: string,
  ready: (page: Page) => Promise<void> = settled,
): Promise<void> {
  const page = await context.newPage()
  await page.goto(`${BASE_URL}${path}`)
  await ready(page)
  await shoot(page, name)
  await page.close()
}

/** What is not the terminal, in each of its themes and layouts; `trader`: an account to look at. */
async function photographPages(context: BrowserContext, suffix: string, trader: string): Promise<void> {
  const pages = {
    markets: '/markets',
    pool: '/pool',
    leaderboard: '/leaderboard',
    status: '/status',
    portfolio: '/portfolio',
    account: `/portfolio/${trader}`,
    settings: '/settings',
  }
  for (const [name, path] of Object.entries(pages)) {
    await visit(context, path, `${name}-${suffix}`, async (page) => {
      await page
        .getByRole('main')
        .getByRole(name === 'settings' ? 'heading' : 'table')
        .first()
        .waitFor()
      await page.evaluate(() => document.fonts.ready)
      await page.waitForTimeout(2_000)
    })
  }
}

/** What a page says while its data is not there: not yet, not at all, or not any more. */
async function photographStates(context: BrowserContext, suffix: string): Promise<void> {
  const still = (page: Page) => page.waitForTimeout(1_500)
  for (const name of ['portfolio', 'leaderboard', 'pool'] as const) {
    await context.route('**/api/trpc/**', () => undefined)
    await visit(context, `/${name}`, `${name}-loading-${suffix}`, still)
    await context.unroute('**/api/trpc/**')
    await context.route('**/api/trpc/**', (route) => route.fulfill({ status: 503, json: {} }))
    await visit(context, `/${name}`, `${name}-error-${suffix}`, (page) => page.waitForTimeout(9_000))
    await context.unroute('**/api/trpc/**')
  }
  await context.route('**/stream.subscribe**', (route) => route.abort('connectionrefused'))
  await visit(context, '/trade/SOL-PERP', `terminal-stale-${suffix}`, async (page) => {
    await page
      .getByText(/No connection to the exchange/)
      .first()
      .waitFor({ timeout: STAGE_MS })
  })
  await context.unroute('**/stream.subscribe**')
}

/** Address of the wallet that the browser keeps. */
async function devWallet(page: Page): Promise<string> {
  const secret = await page.evaluate(() => localStorage.getItem('quantdesk.localnet-only.dev-wallet') ?? '[]')
  return Keypair.fromSecretKey(Uint8Array.from(JSON.parse(secret))).publicKey.toBase58()
}

const linesOf = (page: Page) => page.getByRole('list', { name: 'Lines on the chart' })

/** The account's lines are on the chart too. */
async function settledWithAccount(page: Page): Promise<void> {
  await linesOf(page).getByRole('listitem').first().waitFor({ state: 'attached' })
  await settled(page)
}

/** From nothing to a leveraged long and a limit order below it, as a visitor would do it. */
async function openPosition(page: Page): Promise<void> {
  await page.goto(`${BASE_URL}/trade/SOL-PERP`)
  const steps = page.getByRole('region', { name: 'First steps' })
  for (const step of ['Create dev wallet', 'Get test funds', 'Deposit']) {
    await steps.getByRole('button', { name: step, exact: true }).click({ timeout: STAGE_MS })
  }
  const { ticket } = new Trader(page)
  await ticket.getByLabel('Size', { exact: true }).fill('80')
  await ticket.getByRole('button', { name: /^Buy 80/ }).click({ timeout: STAGE_MS })
  await page.getByRole('tab', { name: /Positions\s*1/ }).waitFor({ timeout: STAGE_MS })
  await ticket.getByText('Limit', { exact: true }).click()
  const best = await page.evaluate(() => Number(document.title.split(' ')[0]))
  await ticket.getByLabel('Price', { exact: true }).fill((best * 0.992).toFixed(2))
  await ticket.getByLabel('Size', { exact: true }).fill('25')
  await ticket.getByRole('button', { name: /^Buy 25/ }).click({ timeout: STAGE_MS })
  // The line comes once the exchange knows the order.
  await linesOf(page).getByText('Limit buy').waitFor({ state: 'attached', timeout: STAGE_MS })
}

async function photograph(browser: Browser): Promise<void> {
  const desktop = await browser.newContext({ viewport: DESKTOP })
  await dress(desktop, { theme: 'dark' })
  await visit(desktop, '/trade/SOL-PERP', 'first-visit-dark')
  await visit(desktop, '/portfolio', 'portfolio-empty-dark', (page) => page.waitForTimeout(1_500))
  await visit(desktop, '/trade/DOGE-PERP', 'unknown-market-dark', (page) =>
    page.getByRole('link', { name: /ETH-PERP/ }).waitFor(),
  )

  const trader = await desktop.newPage()
  await openPosition(trader)
  const address = await devWallet(trader)
  await trader.close()

  for (const theme of ['dark', 'light'] as const) {
    await dress(desktop, { theme })
    await visit(desktop, '/trade/SOL-PERP', `terminal-${theme}`, settledWithAccount)
    await visit(desktop, '/trade/BTC-PERP?interval=1h', `terminal-btc-${theme}`)
    await photographPages(desktop, theme, address)
  }
  await dress(desktop, { theme: 'dark' })
  await photographFirstSignIn(desktop, { ...SETTINGS, suffix: 'dark' })
  for (const theme of ['light', 'dark'] as const) {
    await dress(desktop, { theme })
    await photographSignedIn(desktop, { ...SETTINGS, suffix: theme })
  }
  await photographStates(desktop, 'dark')
  await visit(desktop, '/trade/SOL-PERP', 'markets-menu-dark', async (page) => {
    await settled(page)
    await page.getByRole('button', { name: /^Change market/ }).click()
    await page.getByRole('searchbox').waitFor()
    await page.waitForTimeout(300)
  })
  const orders = await desktop.newPage()
  await orders.goto(`${BASE_URL}/trade/SOL-PERP?activity=orders`)
  await settledWithAccount(orders)
  await photographModes(orders, shoot, { suffix: 'dark', sends: true })
  await orders.close()
  for (const theme of ['light', 'dark'] as const) {
    await dress(desktop, { theme })
    await visit(desktop, '/trade/SOL-PERP?activity=orders', `orders-${theme}`, async (page) => {
      await page.setViewportSize({ width: 1440, height: 1300 })
      await settledWithAccount(page)
    })
    await visit(desktop, '/trade/SOL-PERP?activity=orders', `order-modify-${theme}`, async (page) => {
      await settledWithAccount(page)
      await page.getByRole('button', { name: /^Modify pegged/ }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(400)
    })
    await visit(desktop, '/trade/SOL-PERP', `protect-${theme}`, async (page) => {
      await settledWithAccount(page)
      await page.getByRole('button', { name: /^Take profit and stop loss of/ }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(400)
    })
  }
  const state = await desktop.storageState()

  const wide = await browser.newContext({ viewport: { width: 1920, height: 1080 }, storageState: state })
  await visit(wide, '/trade/SOL-PERP', 'terminal-wide-dark', settledWithAccount)
  const small = await browser.newContext({ viewport: { width: 1024, height: 768 }, storageState: state })
  await visit(small, '/trade/SOL-PERP', 'terminal-small-dark', settledWithAccount)

  const phone = await browser.newContext({ ...PHONE, viewport: { width: 390, height: 844 }, storageState: state })
  for (const theme of ['dark', 'light'] as const) {
    await dress(phone, { theme })
    await visit(phone, '/trade/SOL-PERP', `phone-${theme}`, settledWithAccount)
    await visit(phone, '/trade/SOL-PERP?view=book', `phone-book-${theme}`)
    await photographPages(phone, `phone-${theme}`, address)
    await photographSignedIn(phone, { ...SETTINGS, suffix: `phone-${theme}` })
    await visit(phone, '/trade/SOL-PERP', `phone-ticket-${theme}`, async (page) => {
      await settled(page)
      await page.getByRole('button', { name: 'Sell / Short' }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(400)
      await photographModes(page, shoot, { suffix: `phone-${theme}`, sends: false })
    })
    await visit(phone, '/trade/SOL-PERP?activity=orders', `phone-orders-${theme}`, async (page) => {
      await settled(page)
      await page.getByRole('list', { name: 'Open orders' }).scrollIntoViewIfNeeded()
    })
  }
}

await mkdir(FOLDER, { recursive: true })
const executablePath = process.env.QD_CHROMIUM ?? (await findSystemChromium(process.env.PATH ?? ''))
// A container has no user namespaces for Chromium's sandbox when it runs as root.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args })
try {
  await photograph(browser)
} finally {
  await browser.close()
}
await mkdir(DOCS, { recursive: true })
for (const name of IN_DOCS) await copyFile(join(FOLDER, `${name}.png`), join(DOCS, `${name}.png`))
