import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { pollUntil } from './poll.ts'
import { assertPortFree, freePort, isAlive, portOwner } from './ports.ts'

test('a free port has no owner and is accepted', async () => {
  const port = await freePort()
  expect(await portOwner(port)).toBeUndefined()
  await assertPortFree(port, 'PORT')
})

test('a taken port is refused with its owner and the variable to set', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(await portOwner(port)).toMatchObject({ pid: process.pid })
  await expect(assertPortFree(port, 'LOCALNET_PORT')).rejects.toThrow(
    new RegExp(
      `^Port ${port} is taken by pid ${process.pid} \\(.+\\)\\. End that process, or set LOCALNET_PORT to another port\\.$`,
    ),
  )
  server.close()
})

test('a process that ended is not alive, also while its parent has not noticed', async () => {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await once(parent.stdout, 'data')
  const zombie = Number(String(line))
  expect(await pollUntil(() => !isAlive(zombie), { timeoutMs: 5_000 })).toBe(true)
  expect(isAlive(parent.pid ?? 0)).toBe(true)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  expect(isAlive(parent.pid ?? 0)).toBe(false)
})
