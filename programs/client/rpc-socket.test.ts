import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Connection } from '@solana/web3.js'
import { afterAll, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { closeSocket, pauseWhileClosed } from './rpc-socket.ts'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0

/** An RPC that accepts every subscription and keeps their methods. */
const subscribed: string[] = []
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, method } = JSON.parse((data as Buffer).toString())
    subscribed.push(method)
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: subscribed.length }))
  })
})

const connection = new Connection('http://127.0.0.1:1', { wsEndpoint: `ws://127.0.0.1:${port}` })
pauseWhileClosed(connection)
afterAll(() => {
  closeSocket(connection)
  for (const client of server.clients) client.terminate()
  server.close()
})

it('lets the event loop turn when a subscription meets a socket that has just closed, and subscribes again', async () => {
  // What web3.js says of each refused call; throwing ends the loop it would never leave by itself.
  const refusals = vi.spyOn(console, 'error').mockImplementation(() => {
    if (refusals.mock.calls.length > 20) throw new Error('it subscribes again and again without a pause')
  })
  connection.onSlotChange(() => undefined)
  await vi.waitFor(() => expect(subscribed).toContain('slotSubscribe'), { timeout: 5_000 })
  const socket = Reflect.get(Reflect.get(connection, '_rpcWebSocket'), 'underlyingSocket') as WebSocket
  // Closed, and web3.js has not been told yet.
  socket.once('close', () => connection.onRootChange(() => undefined))
  for (const client of server.clients) client.terminate()
  await once(socket, 'close')
  await nextTurn()

  await vi.waitFor(() => expect(subscribed).toContain('rootSubscribe'), { timeout: 10_000 })
  expect(refusals.mock.calls.length).toBeLessThan(20)
  refusals.mockRestore()
})
