import { expect, test } from '@playwright/test'

test.use({ serviceWorkers: 'allow' })

test('the terminal can be installed: its manifest names icons that exist, in the colours of the page', async ({
  page,
}) => {
  await page.goto('/status')
  const href = await page.locator('link[rel=manifest]').getAttribute('href')
  const manifest = await (await page.request.get(href ?? '')).json()
  expect(manifest).toMatchObject({ name: 'QuantDesk', display: 'standalone', start_url: '/' })
  for (const { src, type } of manifest.icons) {
    const icon = await page.request.get(src)
    expect([src, icon.status(), icon.headers()['content-type']]).toEqual([src, 200, type])
  }
  for (const { url } of manifest.shortcuts) expect((await page.request.get(url)).status()).toBe(200)
  const color = () => page.locator('meta[name=theme-color]').getAttribute('content')
  expect(await color()).toBe(manifest.theme_color)
  await page.getByRole('button', { name: /^Theme: Dark/ }).click()
  await expect.poll(color).not.toBe(manifest.theme_color)
})

test('without a connection a page says so, and opens once there is one', async ({ page, context }) => {
  await page.goto('/status')
  await page.evaluate(() => navigator.serviceWorker.ready)
  await context.setOffline(true)
  await page.goto('/pool')
  await expect(page.getByRole('heading', { name: 'No connection to QuantDesk' })).toBeVisible()
  await context.setOffline(false)
  await page.getByRole('link', { name: 'Open the terminal' }).click()
  await expect(page).toHaveURL(/\/trade\//)
})
