/**
 * A process that sends mail and, once the mail server has taken one, says `taken` and gets no further: what a kill leaves
 * behind between the server's yes and our mark. Arguments: URL of the database, of the mail server, the time.
 */
import { createDb } from '#server/platform/db/index.ts'
import { silentLog as log } from '#server/platform/log.ts'
import { createMailer } from './mailer.ts'
import { sendMails } from './send-mails.ts'

const [url = '', smtpUrl = '', now] = process.argv.slice(2)
const mailer = createMailer({ smtpUrl, smtpFrom: 'notices@desk.example' })
await sendMails({
  db: createDb({ url, log }),
  mailer: async (envelope) => {
    const refusal = await mailer?.(envelope)
    process.stdout.write(refusal === null ? 'taken\n' : 'refused\n')
    return Promise.withResolvers<never>().promise
  },
  site: 'https://desk.example',
  now: () => Number(now),
  random: () => 0,
  onOurFault: () => undefined,
})
