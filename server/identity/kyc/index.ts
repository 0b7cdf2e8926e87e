import { manualChecks } from './manual.ts'
import type { KycProvider } from './provider.ts'
import { STRIPE_API, stripeChecks } from './stripe.ts'

/** As the setting says: `manual`, or `stripe:SECRET KEY:WEBHOOK SECRET`. Undefined: nobody is checked here. */
export function openKyc(setting: string | undefined, stripeApi = STRIPE_API): KycProvider | undefined {
  if (setting === undefined) return undefined
  const [, secretKey = '', webhookSecret = ''] = setting.split(':')
  return setting === 'manual' ? manualChecks : stripeChecks({ secretKey, webhookSecret }, stripeApi)
}
