import { expect, type Page, test } from '@playwright/test'
import { Keypair } from '@solana/web3.js'
import { Secret, TOTP } from 'otpauth'
import { ADMIN, STACK_PORT } from './environment.ts'
import { apiOf, section, signIn, walletOf } from './identity.ts'
import { installTestWallet } from './test-wallet.ts'
import { violations } from './violations.ts'

async function connect(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Connect a wallet' })
  await dialog.getByRole('button', { name: new RegExp(name) }).click()
  await expect(dialog).toBeHidden()
}

const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate()

for (const signsIn of ['signIn', 'signMessage'] as const) {
  test(`a wallet that has solana:${signsIn} signs in with it; a refusal leaves the way open`, async ({ page }) => {
    const wallet = await installTestWallet(page, { signsIn })
    await page.goto('/settings')
    const profile = section(page, 'Profile')
    await connect(page, wallet.name)
    wallet.refuse('sign')
    await profile.getByRole('button', { name: 'Sign in' }).click()
    await expect(profile.getByRole('alert')).toContainText(`${wallet.name} did not sign.`)
    wallet.refuse(null)
    await profile.getByRole('button', { name: 'Sign in' }).click()
    await expect(profile).toContainText('Signed in as')
    expect(await walletOf(page)).toBe(wallet.address)
  })
}

test('a wallet that signs transactions alone is told why it cannot sign in', async ({ page }) => {
  const wallet = await installTestWallet(page)
  await page.goto('/settings')
  await connect(page, wallet.name)
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()
  await expect(section(page, 'Profile').getByRole('alert')).toContainText('cannot sign messages')
})

test('a passkey is added, and confirms what a stolen session must not do', async ({ page }) => {
  // Browsers make no passkey for a plain address.
  const origin = `http://localhost:${STACK_PORT}`
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await signIn(page, origin)
  const security = section(page, 'Security')
  await security.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(security.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10)
  await expect(security.getByRole('list', { name: 'Second factors' })).toContainText('Passkey')

  await section(page, 'Profile').getByRole('button', { name: 'Sign out' }).click()
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()
  await expect(section(page, 'Profile')).toContainText('Signed in as')
  const keys = section(page, 'API keys')
  await keys.getByRole('button', { name: 'Make an API key' }).click()
  await keys.getByRole('textbox', { name: 'Name' }).fill('bot')
  await keys.getByRole('button', { name: 'Make the key' }).click()
  const asked = page.getByRole('dialog', { name: 'Confirm that it is you' })
  // Somebody else at the device: it verifies nobody.
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await asked.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(asked.getByRole('alert')).toBeVisible()
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  await asked.getByRole('button', { name: 'Use your passkey' }).click()
  await expect(keys.getByTestId('api-key-secret')).toBeVisible()
})

test('an account elsewhere is linked after consent there, and not without', async ({ page }) => {
  await signIn(page)
  const profile = section(page, 'Profile')
  await profile.getByRole('button', { name: 'Link GitHub' }).click()
  await page.getByRole('link', { name: 'Deny' }).click()
  await expect(page.getByText('The account was not linked').first()).toBeVisible()
  // What came back is in neither the address nor the history.
  expect(new URL(page.url()).search).toBe('')
  await page.goto('/settings')
  await expect(profile.getByRole('list', { name: 'Linked accounts' }).getByRole('listitem')).toHaveCount(0)

  await profile.getByRole('button', { name: 'Link GitHub' }).click()
  await page.getByRole('link', { name: 'Allow' }).click()
  await expect(page).toHaveURL(/\/settings#profile$/)
  const linked = profile.getByRole('list', { name: 'Linked accounts' }).getByRole('listitem')
  await expect(linked).toContainText('GitHub alice-gh')
  await linked.getByRole('button', { name: 'Remove' }).click()
  await linked.getByRole('button', { name: 'Remove now?' }).click()
  await expect(linked).toHaveCount(0)
})

test('five wrong codes lock the factors, also for the right one', async ({ page }) => {
  await signIn(page)
  const security = section(page, 'Security')
  await security.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const secret = (await security.getByTestId('totp-secret').textContent())?.trim() ?? ''
  await security.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret))
  await security.getByRole('button', { name: 'Turn on' }).click()
  await expect(security.getByRole('list', { name: 'Recovery codes' })).toBeVisible()
  const shown = await security.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()

  await section(page, 'Profile').getByRole('button', { name: 'Sign out' }).click()
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()
  await security.getByRole('button', { name: 'Make new codes' }).click()
  await security.getByRole('button', { name: /^Make new codes and end/ }).click()
  const asked = page.getByRole('dialog', { name: 'Confirm that it is you' })
  const confirm = asked.getByRole('button', { name: 'Confirm' })
  for (const wrong of ['000001', '000002', '000003', '000004', '000005']) {
    await asked.getByRole('textbox', { name: 'Code' }).fill(wrong)
    const answered = page.waitForResponse((response) => response.url().includes('auth.confirmWithCode'))
    await confirm.click()
    expect((await answered).status()).toBe(403)
    await expect(asked.getByRole('alert')).toContainText('The code is wrong')
  }
  await asked.getByRole('textbox', { name: 'Code' }).fill(shown[0] ?? '')
  await confirm.click()
  await expect(asked.getByRole('alert')).toContainText('too many failed tries')
})

test('who lost every factor is told that they will be removed, and stops it when it was somebody else', async ({
  page,
}) => {
  const keypair = Keypair.generate()
  const wallet = await installTestWallet(page, { signsIn: 'signMessage', keypair })
  await page.goto('/settings')
  await connect(page, wallet.name)
  await section(page, 'Profile').getByRole('button', { name: 'Sign in' }).click()
  const security = section(page, 'Security')
  await security.getByRole('button', { name: 'Set up an authenticator app' }).click()
  const secret = (await security.getByTestId('totp-secret').textContent())?.trim() ?? ''
  await security.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret))
  await security.getByRole('button', { name: 'Turn on' }).click()
  await expect(security.getByRole('list', { name: 'Recovery codes' })).toBeVisible()

  const helper = Keypair.generate()
  await apiOf(helper)
  const admin = await apiOf(ADMIN)
  await admin.post('/admin/users/role', { wallet: helper.publicKey.toBase58(), role: 'support' })
  const support = await apiOf(helper)
  const request = { wallet: wallet.address, reason: 'called, and named three trades' }
  const { id } = await support.post('/admin/users/factor-reset', request)
  const shown = (await admin.get('/admin/approvals')).find((one: { id: string }) => one.id === id)
  await admin.post(`/admin/approvals/${id}`, { payloadHash: shown.payloadHash, approve: true })

  await page.reload()
  await expect(security).toContainText('Second factors will be removed')
  expect(await violations(page)).toEqual([])
  await security.getByRole('button', { name: 'This was not me: stop it' }).click()
  await expect(security).not.toContainText('Second factors will be removed')
  await page.reload()
  await expect(security.getByRole('list', { name: 'Second factors' })).toContainText('Authenticator app')
})

test('a user asks to be checked, and the risk desk decides', async ({ page }) => {
  await signIn(page)
  const profile = section(page, 'Profile')
  await profile.getByRole('button', { name: 'Verify your identity' }).click()
  await expect(profile).toContainText('Being checked.')
  const wallet = await walletOf(page)
  const admin = await apiOf(ADMIN)
  const waiting = await admin.get('/admin/identity-checks')
  expect(waiting.map((one: { wallet: string }) => one.wallet)).toContain(wallet)
  await admin.post('/admin/users/standing', { wallet, kycStatus: 'verified' })
  await page.reload()
  await expect(profile).toContainText('Verified.')
  await expect(profile.getByRole('button', { name: 'Continue' })).toHaveCount(0)
})
