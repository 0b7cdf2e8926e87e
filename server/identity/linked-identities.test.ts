import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser, NOW, newWallet, SITE, testIdentity } from './testing.ts'
import { type Lie, startProvider } from './testing-provider.ts'

const provider = await startProvider()
afterAll(() => provider.close())
const client = 'client:secret:with:colons'
const identity = await testIdentity(
  { GOOGLE_CLIENT: client, GITHUB_CLIENT: client, DISCORD_CLIENT: client },
  provider.endpoints,
)
const without = await testIdentity()
beforeEach(() => provider.lie({}))

async function signedIn(of = identity) {
  const browser = new Browser(of)
  await browser.signIn(newWallet())
  return (await browser.as()).users
}
type Users = Awaited<ReturnType<typeof signedIn>>
type Name = 'google' | 'github' | 'discord'

async function link(
  users: Users,
  name: Name,
  change: (query: Record<string, string>) => Record<string, string> = (q) => q,
) {
  const { url } = await users.beginLink({ provider: name })
  return users.finishLink({ provider: name, query: change(provider.approve(url)) })
}
const removeAll = async (users: Users) => {
  for (const { id } of (await users.identities()).linked) await users.unlink({ id })
}

describe('an account elsewhere', () => {
  it.each([
    ['google', 'alice@example.com', 'openid email'],
    ['github', 'alice-gh', 'read:user'],
    ['discord', 'alice-dc', 'identify'],
  ] as const)('of %s is linked after its owner said yes there', async (name, label, scope) => {
    const users = await signedIn()
    const { searchParams } = new URL((await users.beginLink({ provider: name })).url)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: 'client',
      response_type: 'code',
      redirect_uri: `${SITE}/settings/linked/${name}`,
      code_challenge_method: 'S256',
      scope,
    })
    await link(users, name)
    const { linked, offered } = await users.identities()
    expect(linked).toMatchObject([{ provider: name, label }])
    expect(offered).toEqual(['google', 'github', 'discord'])
    await removeAll(users)
    expect((await users.identities()).linked).toEqual([])
  })

  it('is linked to one user, and one of a provider to a user', async () => {
    const [alice, bob] = [await signedIn(), await signedIn()]
    await link(alice, 'github')
    await expect(link(alice, 'github')).rejects.toThrow(/linked already/)
    await expect(link(bob, 'github')).rejects.toThrow(/linked to another user/)
    provider.lie({ user: { id: 8, login: 'second' } })
    await expect(link(alice, 'github')).rejects.toThrow(/another github account/)
    const [{ id } = { id: '' }] = (await alice.identities()).linked
    await expect(bob.unlink({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await removeAll(alice)
  })

  it('is not linked with an answer to another’s request, a second time, or too late', async () => {
    const [alice, mallory] = [await signedIn(), await signedIn()]
    // Mallory's answer, sent to Alice as a link: her session did not ask for it.
    const { url } = await mallory.beginLink({ provider: 'google' })
    const query = provider.approve(url)
    await expect(alice.finishLink({ provider: 'google', query })).rejects.toThrow(/no request of yours/)
    await expect(mallory.finishLink({ provider: 'github', query })).rejects.toThrow(/no request of yours/)
    await mallory.finishLink({ provider: 'google', query })
    await expect(mallory.finishLink({ provider: 'google', query })).rejects.toThrow(/no request of yours/)
    await removeAll(mallory)
  })

  it('is not linked ten minutes after it was begun', async () => {
    const browser = new Browser(identity)
    await browser.signIn(newWallet())
    const session = await browser.principal()
    if (session === null) throw new Error('not signed in')
    const { users } = await browser.as({ ...session, expiresAt: NOW + 60 * 60_000 })
    const query = provider.approve((await users.beginLink({ provider: 'google' })).url)
    identity.clock.set(NOW + 10 * 60_000)
    await expect(users.finishLink({ provider: 'google', query })).rejects.toThrow(/came too late/)
    identity.clock.set(NOW)
  })

  it.each<[string, Name, Lie]>([
    ['says another nonce', 'google', { nonce: 'stolen' }],
    ['says another issuer', 'google', { issuer: 'https://evil.example' }],
    ['speaks to another client', 'google', { audience: 'another' }],
    ['signed with another key', 'google', { foreignKey: true }],
    ['fails', 'github', { tokenStatus: 500 }],
    ['does not say who it is', 'github', { user: { login: 'nobody' } }],
    ['says nonsense', 'discord', { user: 'nonsense' }],
  ])('is not linked when the provider %s', async (_, name, lie) => {
    const users = await signedIn()
    provider.lie(lie)
    await expect(link(users, name)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/^(FORBIDDEN|UPSTREAM)$/) },
    })
    expect((await users.identities()).linked).toEqual([])
  })

  it.each<[string, (query: Record<string, string>) => Record<string, string>]>([
    ['a made-up code', (query) => ({ ...query, code: 'made up' })],
    ['a refusal of its owner', ({ state = '' }) => ({ state, error: 'access_denied' })],
    ['no code', ({ state = '' }) => ({ state })],
  ])('is not linked with %s', async (_, change) => {
    const users = await signedIn()
    await expect(link(users, 'github', change)).rejects.toMatchObject({ cause: { code: 'FORBIDDEN' } })
  })

  it('is offered only where the operator has set it up', async () => {
    const users = await signedIn(without)
    expect(await users.identities()).toEqual({ offered: [], linked: [] })
    await expect(users.beginLink({ provider: 'google' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
