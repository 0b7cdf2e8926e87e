import { expect, type Page, test } from '@playwright/test'
import { Trader } from './trader.ts'

/** Collects what moves for longer than an eye can follow: each animation and transition as it starts. */
async function watchMotion(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const moved: string[] = []
    Object.assign(window, { moved })
    const note = (event: AnimationEvent | TransitionEvent): void => {
      const element = event.target as Element
      for (const animation of element.getAnimations()) {
        const { duration, delay, iterations } = animation.effect?.getComputedTiming() ?? {}
        if (Number(duration) + Number(delay) > 1 || iterations === Number.POSITIVE_INFINITY) {
          moved.push(`${element.tagName}.${element.getAttribute('class')}`)
        }
      }
    }
    addEventListener('animationstart', note, true)
    addEventListener('transitionrun', note, true)
  })
  return () => page.evaluate(() => (window as unknown as { moved: string[] }).moved)
}

/** Buttons, menus, dialogs, toasts, flashing prices, a pulled line. */
async function use(page: Page): Promise<void> {
  const trader = new Trader(page)
  await trader.visit()
  await trader.onboard()
  await trader.size.hover()
  await trader.size.fill('2')
  await trader.submit.hover()
  await trader.submit.click()
  await expect(trader.position()).toContainText('2.00 SOL')
  await page.getByRole('button', { name: /^Theme/ }).click()
  await trader.position().getByRole('button', { name: 'Close SOL-PERP' }).click()
  await page.getByRole('menuitem', { name: 'Close all' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByRole('tab', { name: 'Trades' }).click()
}

test('nothing moves for who asked for less motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const moved = await watchMotion(page)
  await use(page)
  expect(await moved()).toEqual([])
})

test('for everybody else the same things move', async ({ page }) => {
  const moved = await watchMotion(page)
  await use(page)
  expect(await moved()).not.toEqual([])
})
