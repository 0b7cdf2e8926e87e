import type { Db } from '#server/platform/db/index.ts'
import { disableEmail, unsubscribeToken } from './email-repo.ts'
import { notificationMail } from './mail.ts'
import type { Envelope, Mailer } from './mailer.ts'
import { claimMessages, type DueMessage, type Outcome, settleMessage } from './message-repo.ts'

export type MailParts = {
  db: Db
  mailer: Mailer
  /** Where links in the mail lead. */
  site: string
  now: () => number
  random: () => number
  /** Hears what the mail server has against us, which the operator must mend. */
  onOurFault: (answer: string) => void
}

/** What takes the one-click POST of mail programs, and leads people to the page that asks them. */
export const UNSUBSCRIBE_PATH = '/api/notifications/email/unsubscribe'

/** Sends what is due. @returns how each ended. */
export async function sendMails(parts: MailParts): Promise<('delivered' | 'waiting' | 'given_up')[]> {
  const due = await claimMessages(parts.db, 'email', parts.now())
  return Promise.all(due.map((message) => sendOne(parts, message)))
}

/**
 * An address that its server refuses for good, or for as long as we try, is written to no more. What lies between the mail
 * servers (ours is away, or refuses us) is held against nobody's address.
 */
async function sendOne({ db, mailer, site, now, random, onOurFault }: MailParts, message: DueMessage) {
  const settle = (outcome: Outcome) => settleMessage(db, 'email', message, outcome, { nowMs: now(), random: random() })
  const { userId, destination: address } = message
  const token = await unsubscribeToken(db, userId)
  if (token === undefined) return settle({ ok: false, error: 'the address was removed', final: true })
  const refusal = await mailer(envelopeOf(message, site, token))
  if (refusal === null) return settle({ ok: true })
  const { of, isPermanent, answer: error } = refusal
  if (of === 'sender') onOurFault(error)
  const ended = await settle({ ok: false, error, final: of === 'recipient' && isPermanent })
  if (ended === 'given_up' && of === 'recipient')
    await disableEmail(db, { userId, address, reason: `its mail server refused it (${error})` }, now())
  return ended
}

function envelopeOf(message: DueMessage, site: string, token: string): Envelope {
  const { id, destination: to, items, timeZone, createdAt: sentAt } = message
  const mail = notificationMail({ items, timeZone, site, unsubscribeUrl: `${site}/unsubscribe?token=${token}` })
  return { ...mail, id, to, sentAt, unsubscribeUrl: `${site}${UNSUBSCRIBE_PATH}?token=${token}` }
}
