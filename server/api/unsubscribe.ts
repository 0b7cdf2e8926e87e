import type { Context } from 'hono'
import { unsubscribe, unsubscribeInput } from '#server/notify/index.ts'
import { badInput } from '#server/platform/procedures.ts'
import type { ApiEnv } from './rest.ts'

/**
 * The `List-Unsubscribe` link of a mail. Mail programs POST to it when their reader presses “Unsubscribe” (RFC 8058), which
 * is believed for the signed token alone; a GET changes nothing, because scanners of mail follow every link.
 */
export async function unsubscribeByLink(c: Context<ApiEnv>): Promise<Response> {
  const parsed = unsubscribeInput.safeParse(c.req.query())
  if (!parsed.success) throw badInput(parsed.error)
  const { token } = parsed.data
  if (c.req.method === 'GET') return c.redirect(`/unsubscribe?token=${encodeURIComponent(token)}`)
  const { db, clock } = c.get('api')
  await unsubscribe(db, token, clock.now())
  return c.json({})
}
