import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '#server/platform/config.ts'
import { testDatabase } from '#server/platform/db/testing.ts'
import { signedInAs } from '#server/platform/testing-principal.ts'
import { withoutSecrets } from './dev.ts'
import { startTestApi } from './testing.ts'

const db = await testDatabase()
const authority = '7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5'
let api: Awaited<ReturnType<typeof startTestApi>>

beforeAll(async () => {
  api = await startTestApi(db, {
    url: db.url,
    env: { NODE_ENV: 'production', HERMES_API_KEY: 'hunter2' },
    authenticate: async ({ headers }) => {
      const role = headers.get('authorization')?.replace('Bearer ', '')
      return role === 'admin' || role === 'risk' ? signedInAs({ authority, role }) : null
    },
  })
})
afterAll(() => api.stop())

const look = (path: string, role?: string) =>
  fetch(`${api.url}/api/dev/${path}`, { headers: role === undefined ? {} : { authorization: `Bearer ${role}` } })

describe.each(['routes', 'schema', 'config', 'health'])('/api/dev/%s', (path) => {
  it('is for admins alone in production', async () => {
    expect((await look(path)).status).toBe(401)
    expect((await look(path, 'risk')).status).toBe(403)
    const answer = await look(path, 'admin')
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toContain('hunter2')
  })
})

it('names every route with who may call it, and every table with its columns', async () => {
  const routes: { paths: string[]; access: string }[] = await (await look('routes', 'admin')).json()
  expect(routes.find(({ paths }) => paths.includes('/api/trading/place'))?.access).toBe('trade')
  const schema: Record<string, { column: string }[]> = await (await look('schema', 'admin')).json()
  expect(schema['public.markets']?.map(({ column }) => column)).toContain('step_size')
})

it('tells of a secret only whether it is set, also in an address', () => {
  const shown = withoutSecrets(
    loadConfig({
      RPC_URL: 'https://rpc.example/?key=hunter2',
      TELEGRAM_BOT_TOKEN: '1:hunter2',
      KYC_PROVIDER: 'stripe:sk_hunter2:whsec_hunter2',
    }),
  )
  expect(JSON.stringify(shown)).not.toContain('hunter2')
  expect(shown).toMatchObject({
    telegramBotToken: 'set, not shown',
    hermesApiKey: false,
    port: 3000,
    cluster: 'localnet',
  })
})
