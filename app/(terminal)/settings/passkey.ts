import { startRegistration } from '@simplewebauthn/browser'
import { asUser } from '#app/data/sign-in.ts'
import { api } from '#app/data/trpc.ts'
import { t } from '#app/i18n/t.ts'
import { formatDateTime } from '#app/ui/format.ts'

/** Has the browser make a passkey for this site. */
export async function addPasskey(): Promise<{ recoveryCodes: string[] | null }> {
  const { options } = await asUser(() => api.auth.beginPasskey.mutate())
  const response = await startRegistration({ optionsJSON: options as never })
  const label = t('Passkey {time}', { time: formatDateTime(Date.now()) })
  return asUser(() => api.auth.addPasskey.mutate({ label, response: response as never }))
}
