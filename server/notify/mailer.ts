import { createTransport } from 'nodemailer'
import type { Config } from '#server/platform/config.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Mail } from './mail.ts'

/** `id` becomes the Message-ID: who gets a mail twice can tell. `unsubscribeUrl` takes the POST of RFC 8058. */
export type Envelope = Mail & { id: string; to: string; sentAt: number; unsubscribeUrl?: string }
/** What the mail server said; `of` tells whether it speaks of this recipient or of us. */
export type Refusal = { of: 'recipient' | 'sender'; isPermanent: boolean; answer: string }
/** @returns null when the mail was taken. */
export type Mailer = (envelope: Envelope) => Promise<Refusal | null>

const TIMEOUT_MS = 15_000

/** Undefined where the operator has named no mail server. */
export function createMailer({ smtpUrl, smtpFrom }: Pick<Config, 'smtpUrl' | 'smtpFrom'>): Mailer | undefined {
  if (smtpUrl === undefined || smtpFrom === undefined) return undefined
  const transport = createTransport({
    url: smtpUrl,
    // A password is never sent in the clear, whoever sits in between.
    requireTLS: new URL(smtpUrl).password !== '',
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = smtpFrom.slice(smtpFrom.lastIndexOf('@') + 1)
  return async ({ id, to, sentAt, unsubscribeUrl, ...mail }) => {
    // As an object it is one address, whatever it holds.
    const recipient = { name: '', address: to }
    try {
      await transport.sendMail({
        ...mail,
        from: { name: 'QuantDesk', address: smtpFrom },
        to: recipient,
        envelope: { from: smtpFrom, to: [recipient] },
        messageId: `<${id}@${domain}>`,
        date: new Date(sentAt),
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...(unsubscribeUrl === undefined
            ? {}
            : {
                'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
                'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
              }),
        },
      })
      return null
    } catch (error) {
      return refusalOf(error)
    }
  }
}

/** What is said at RCPT TO and of the message itself is about the recipient; the rest is between the servers. */
function refusalOf(error: unknown): Refusal {
  const { command, responseCode } = Object(error) as { command?: unknown; responseCode?: unknown }
  const isPermanent = typeof responseCode === 'number' && responseCode >= 500
  const isOfRecipient = typeof responseCode === 'number' && (command === 'RCPT TO' || command === 'DATA')
  return { of: isOfRecipient ? 'recipient' : 'sender', isPermanent, answer: errorMessage(error).slice(0, 300) }
}
