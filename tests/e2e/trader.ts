import { expect, type Locator, type Page } from '@playwright/test'

const PRICED = /^[\d\u202f.]+ /

/** The terminal as a trader uses it: everything is found by what it is called. */
export class Trader {
  readonly page: Page
  readonly steps: Locator
  readonly ticket: Locator
  readonly account: Locator
  readonly size: Locator
  readonly price: Locator
  readonly submit: Locator

  constructor(page: Page) {
    this.page = page
    this.steps = page.getByRole('region', { name: 'First steps' })
    this.ticket = page.getByRole('form', { name: /^Order for/ })
    this.account = page.getByRole('region', { name: 'Account', exact: true })
    this.size = this.ticket.getByRole('textbox', { name: /^Size/ })
    this.price = this.ticket.getByRole('textbox', { name: /^Price/ })
    this.submit = this.ticket.locator('button[type=submit]')
  }

  async visit(market = 'SOL-PERP'): Promise<void> {
    await this.page.goto(`/trade/${market}`)
    await expect(this.ticket).toBeVisible()
    // The first answer shows everything already, but only a page that is alive hears a press; its title follows the price.
    await expect(this.page).toHaveTitle(PRICED)
  }

  /** Dev wallet, test funds, first deposit: three clicks, as the page guides. */
  async onboard(): Promise<void> {
    await this.steps.getByRole('button', { name: 'Create dev wallet' }).click()
    await this.steps.getByRole('button', { name: 'Get test funds' }).click()
    await this.steps.getByRole('button', { name: 'Deposit', exact: true }).click()
    await expect(this.steps).toBeHidden()
    await expect(this.ticket.getByRole('button', { name: 'Enter a size' })).toBeVisible()
  }

  /** Opens a position at market and waits for its row. */
  async buyAtMarket(size: string): Promise<Locator> {
    await this.size.fill(size)
    await this.submit.click()
    await expect(this.toast(/^Buy/).getByText(/Filled at/)).toBeVisible()
    return this.position()
  }

  /** Makes the ticket one of another kind: those that are always shown, and those behind "More". */
  async choose(kind: string): Promise<void> {
    const shown = this.ticket.getByRole('radio', { name: kind, exact: true })
    if ((await shown.count()) > 0) return shown.check({ force: true })
    await this.ticket.getByRole('button', { name: /^Other order types/ }).click()
    await this.page.getByRole('menuitemradio', { name: new RegExp(`^${kind}`) }).click()
  }

  field(name: string): Locator {
    return this.ticket.getByRole('textbox', { name, exact: true })
  }

  /** A figure of the ticket's summary. */
  cost(label: string): Locator {
    return this.ticket.locator('dt', { hasText: label }).locator('xpath=following-sibling::dd[1]')
  }

  /** Sends the ticket and waits until the chain has it. */
  async send(title: RegExp): Promise<void> {
    await this.submit.click()
    await expect(
      this.toast(title)
        .getByText(/confirmed in/i)
        .first(),
    ).toBeVisible()
  }

  /** The oracle price as the page's title shows it. */
  async oracle(): Promise<number> {
    await expect(this.page).toHaveTitle(PRICED)
    return amountOf((await this.page.title()).split(' ')[0] ?? '')
  }

  order(name: string | RegExp): Locator {
    return this.page.getByRole('table', { name: 'Open orders' }).getByRole('row', { name })
  }

  position(market = 'SOL-PERP'): Locator {
    return this.page.getByRole('row', { name: `${market} position` })
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) })
  }

  /** The toast of one transaction, by its title. */
  toast(title: RegExp): Locator {
    return this.page.getByRole('region', { name: title })
  }

  /** A figure of the account panel. */
  figure(label: string): Locator {
    return this.account.locator('dt', { hasText: label }).locator('xpath=following-sibling::dd[1]')
  }
}

/** The number in a figure as shown. */
export const amountOf = (text: string | null): number => Number((text ?? '').replace('−', '-').replace(/[^\d.-]/g, ''))
