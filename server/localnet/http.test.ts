import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestNode, type TestNode } from './testing.ts'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.stop())

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(node.url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
const ask = async (body: unknown) => (await post(JSON.stringify(body))).json()

describe('JSON-RPC', () => {
  it('echoes the id, number or text', async () => {
    for (const id of [7, 'seven', null]) {
      expect(await ask({ jsonrpc: '2.0', id, method: 'getHealth' })).toEqual({ jsonrpc: '2.0', result: 'ok', id })
    }
  })

  it('answers an unknown method with −32601', async () => {
    expect(await ask({ jsonrpc: '2.0', id: 1, method: 'getNothing', params: [] })).toEqual({
      jsonrpc: '2.0',
      error: { code: -32601, message: 'Method not found' },
      id: 1,
    })
  })

  it.each([
    ['missing', 'getBalance', []],
    ['of a wrong type', 'getBalance', [5]],
    ['too many', 'getHealth', [1, 2]],
    ['a commitment that is none', 'getSlot', [{ commitment: 'certain' }]],
  ])('answers params that are %s with −32602', async (_, method, params) => {
    const { error } = await ask({ jsonrpc: '2.0', id: 1, method, params })
    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('Invalid param') })
  })

  it.each([
    ['no JSON', '{', -32700],
    ['no call', '5', -32600],
    ['a call without version', '{"id":1,"method":"getHealth"}', -32600],
    ['an empty batch', '[]', -32600],
  ])('answers %s', async (_, body, code) => {
    expect(await (await post(body)).json()).toMatchObject({ error: { code }, id: null })
  })

  it('answers a batch in its order, without its notifications', async () => {
    const answers = await ask([
      { jsonrpc: '2.0', id: 1, method: 'getHealth' },
      { jsonrpc: '2.0', method: 'getHealth' },
      { jsonrpc: '2.0', id: 2, method: 'nothing' },
    ])
    expect(answers).toMatchObject([
      { id: 1, result: 'ok' },
      { id: 2, error: { code: -32601 } },
    ])
  })

  it('says nothing to a notification', async () => {
    const response = await post(JSON.stringify({ jsonrpc: '2.0', method: 'getHealth' }))
    expect([response.status, await response.text()]).toEqual([204, ''])
  })
})

describe('HTTP', () => {
  it('GET /health is ok, other methods are refused', async () => {
    expect(await (await fetch(`${node.url}/health`)).text()).toBe('ok')
    expect((await fetch(node.url)).status).toBe(405)
  })

  it('answers pages of this machine across origins', async () => {
    const origin = 'http://localhost:3000'
    const preflight = await fetch(node.url, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'solana-client' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('solana-client')
    const answer = await post('{"jsonrpc":"2.0","id":1,"method":"getHealth"}', { origin })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  })

  it('refuses pages of the internet, whatever they call themselves', async () => {
    for (const origin of ['https://example.com', 'http://localhost.example.com', 'null']) {
      expect((await post('{"jsonrpc":"2.0","id":1,"method":"getHealth"}', { origin })).status).toBe(403)
    }
  })

  it('refuses a body above the limit', async () => {
    const response = await post(' '.repeat(23 * 1024 * 1024)).catch(() => undefined)
    // The server may hang up before the client has sent it all.
    expect(response?.status ?? 413).toBe(413)
    expect((await ask({ jsonrpc: '2.0', id: 1, method: 'getHealth' })).result).toBe('ok')
  })
})
