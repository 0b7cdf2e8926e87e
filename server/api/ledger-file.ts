import type { Context } from 'hono'
import { badInput } from '#server/platform/procedures.ts'
import { ledgerCsv, ledgerInput } from '#server/portfolio/index.ts'
import type { ApiEnv } from './rest.ts'

/** `GET /api/portfolio/csv/{authority}`: an account's ledger as a file, sent as it is read. */
export function ledgerFile(c: Context<ApiEnv>): Response {
  const parsed = ledgerInput.safeParse({ ...c.req.query(), ...c.req.param() })
  if (!parsed.success) throw badInput(parsed.error)
  const { authority } = parsed.data
  const lines = ledgerCsv(c.get('api').db, parsed.data)
  const encoder = new TextEncoder()
  // One piece for each that the reader takes: a slow one holds the queries back.
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await lines.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await lines.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="quantdesk-${authority.slice(0, 8)}.csv"`,
      'cache-control': 'no-store',
    },
  })
}
