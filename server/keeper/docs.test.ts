import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { environmentSchema } from '#server/platform/config.ts'
import { createMetrics } from '#server/platform/metrics.ts'
import { createKeeperMetrics } from './metrics.ts'

it('documents the keeper’s settings and metrics as they are', async () => {
  const text = await readFile('docs/keeper.md', 'utf8')
  const settings = Object.keys(environmentSchema.shape).filter((name) => name.startsWith('KEEPER_'))
  for (const name of settings) expect(text).toContain(name)

  const metrics = createMetrics({ role: 'test' })
  createKeeperMetrics(metrics)
  const real = [...(await metrics.expose()).matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name)
  const named = [...text.matchAll(/quantdesk_keeper_\w+/g)].map(([name]) => name)
  expect(new Set(named)).toEqual(new Set(real))
})
