import { Secret, TOTP } from 'otpauth'
import { cancelOrder } from '#client/instructions/index.ts'
import { compileTransaction } from '#client/lookup-table.ts'
import type { TestChain, Trader } from '#server/chain/testing.ts'
import { Browser, newWallet, SITE, type testIdentity } from '#server/identity/testing.ts'
import { newAuthenticator } from '#server/identity/testing-authenticator.ts'
import type { startProvider } from '#server/identity/testing-provider.ts'
import { createEmailCode } from '#server/notify/email-repo.ts'
import type { Principal } from '#server/platform/principal.ts'
import type { HttpExchange } from '#server/platform/procedures.ts'
import type { AppRouter } from './root.ts'

type Parts = {
  identity: Awaited<ReturnType<typeof testIdentity>>
  provider: Awaited<ReturnType<typeof startProvider>>
  chain: TestChain
  call: (principal: Principal, http: HttpExchange) => ReturnType<AppRouter['createCaller']>
}

/** A user who has one of everything that a procedure makes, and what somebody else might lay hands on. */
export async function seedBob({ identity, provider, chain, call }: Parts) {
  const { clock } = identity
  const wallet = newWallet()
  const browser = new Browser(identity)
  await browser.signIn(wallet)
  const bob = call(await browser.principal(), browser.exchange())

  await bob.users.rename({ displayName: 'Bob' })
  await bob.users.makeKey({ label: 'bot', method: 'hmac', scopes: ['read'] })
  await bob.users.finishLink({
    provider: 'google',
    query: provider.approve((await bob.users.beginLink({ provider: 'google' })).url),
  })
  const webhook = await bob.webhooks.create({ url: 'https://bob.example/hook', kinds: ['order.filled'] })
  await bob.webhooks.rotateSecret({ id: webhook.id })
  await bob.webhooks.test({ id: webhook.id })
  await bob.notifications.addAlert({ market: 'SOL-PERP', direction: 'above', price: '1000' })
  await bob.notifications.setSettings({
    channels: { orders: [] },
    digests: {},
    digestHour: 8,
    quiet: null,
    timeZone: 'UTC',
  })
  await bob.notifications.linkTelegram()

  const totp = await bob.auth.beginTotp()
  const code = () => new TOTP({ secret: Secret.fromBase32(totp.secret) }).generate({ timestamp: clock.now() })
  const { recoveryCodes } = await bob.auth.confirmTotp({ id: totp.id, code: code() })
  const device = newAuthenticator(SITE)
  const register = async () => device.create((await bob.auth.beginPasskey()).options)
  await bob.auth.addPasskey({ label: 'phone', response: await register() })

  // Begun and not finished: each is what a thief could bring to an end.
  const signIn = await bob.auth.challenge({ wallet: wallet.address })
  const confirm = await bob.auth.confirmChallenge()
  const shown = await bob.auth.beginPasskeyConfirmation()
  const { url } = await bob.users.beginLink({ provider: 'github' })
  const address = 'bob@example.com'
  const userId = (await bob.users.me())?.id ?? ''
  const mailed = await createEmailCode(identity.db, userId, address, clock.now())
  const { referralCode = '' } = (await bob.users.me()) ?? {}
  const trader = await chain.trader(1_000_000_000n)

  return {
    wallet,
    userId,
    trader,
    call: bob,
    /** By the field of an input that names it. */
    named: {
      wallet: wallet.address,
      authority: wallet.address,
      signer: trader.keypair.publicKey.toBase58(),
      address,
      orderId: '1',
      clientId: '1',
      topics: [`notice.${wallet.address}`],
      transaction: await cancelsAll(chain, trader),
    },
    /** Of procedures whose fields are not named as they are meant everywhere. */
    given: {
      'auth.signIn': { nonce: signIn.nonce, signature: wallet.sign(signIn.message), referralCode },
      'auth.confirmWithWallet': { nonce: confirm.nonce, signature: wallet.sign(confirm.message) },
      'auth.confirmTotp': { code: code() },
      'auth.confirmWithCode': { code: recoveryCodes?.[0] },
      'auth.addPasskey': { response: await register() },
      'auth.confirmWithPasskey': { response: device.get(shown.options) },
      'notifications.confirmEmail': { code: mailed.code },
      'users.finishLink': { provider: 'github', query: provider.approve(url) },
      'users.referrer': { code: referralCode },
      // An order is named once.
      'trading.cancel': { clientId: undefined },
    } as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  }
}

async function cancelsAll({ connection }: TestChain, { keypair, subAccount }: Trader): Promise<string> {
  const { blockhash: recentBlockhash } = await connection.getLatestBlockhash()
  const trader = keypair.publicKey
  const cancel = cancelOrder({ trader, subAccount, target: { kind: 'all' } })
  const transaction = compileTransaction({ payer: trader, recentBlockhash, instructions: [cancel] })
  transaction.sign([keypair])
  return Buffer.from(transaction.serialize()).toString('base64')
}
