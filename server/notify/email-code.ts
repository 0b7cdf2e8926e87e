import { AppError } from '#server/platform/errors.ts'
import type { ApiContext } from '#server/platform/procedures.ts'
import { CODE_MINUTES, createEmailCode } from './email-repo.ts'
import { confirmationMail } from './mail.ts'
import { createMailer } from './mailer.ts'

/**
 * Sends the code at once, so that whoever mistyped an address hears of it, and the code is kept nowhere.
 * @throws AppError BAD_INPUT when the mail server does not know the address, UPSTREAM when there is no answer.
 */
export async function requestEmailCode(
  { db, config, clock, http }: Pick<ApiContext, 'db' | 'config' | 'clock' | 'http'>,
  userId: string,
  address: string,
): Promise<{ expiresAt: number }> {
  const mailer = createMailer(config)
  if (mailer === undefined) throw new AppError('NOT_FOUND', { message: 'this server sends no e-mail' })
  const nowMs = clock.now()
  const { id, code, expiresAt } = await createEmailCode(db, userId, address, nowMs)
  const site = http?.site ?? config.publicOrigins[0] ?? ''
  const mail = confirmationMail({ code, minutes: CODE_MINUTES, site })
  const refusal = await mailer({ ...mail, id, to: address, sentAt: nowMs })
  if (refusal === null) return { expiresAt }
  if (refusal.of === 'recipient') {
    const message = `the mail server does not take mail for it (${refusal.answer})`
    throw new AppError('BAD_INPUT', {
      message: `address: ${message}`,
      details: { fields: [{ field: 'address', message }] },
    })
  }
  throw new AppError('UPSTREAM', {
    message: `the mail server did not take a code: ${refusal.answer}`,
    userMessage: 'The mail server does not answer. Try again later.',
  })
}
