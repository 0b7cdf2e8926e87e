import type { KycStatus } from '#server/platform/db/types.ts'

/** How a check stands. `none`: it was given up, and there is nothing to judge. */
export type CheckResult = { status: KycStatus; reason: string | null }

/**
 * Whoever finds out who a person is. What a message of theirs says is never believed as it stands: it names a check, and
 * the provider is asked how that one stands now, so that messages may come late, twice or in any order.
 */
export type KycProvider = {
  name: 'manual' | 'stripe'
  /** `url`: where the person goes next, null where nobody has to go anywhere. @throws AppError UPSTREAM */
  start(check: {
    checkId: string
    userId: string
    returnTo: string
  }): Promise<{ reference: string; url: string | null }>
  /** Where the person goes on with a check that waits for them; null where they need not. @throws AppError UPSTREAM */
  read(reference: string): Promise<CheckResult & { url: string | null }>
  /**
   * The reference of the check a message is about, null where it is about something else; absent for a provider that sends
   * none. @throws AppError UNAUTHENTICATED unless it is signed by the provider, lately.
   */
  readMessage?(message: { headers: Headers; body: string }, nowMs: number): string | null
}
