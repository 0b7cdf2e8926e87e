import { createHash } from 'node:crypto'
import { AppError } from '#server/platform/errors.ts'
import { requireIdempotencyKey } from '#server/platform/idempotency-key.ts'
import type { SignedIn } from '#server/platform/principal.ts'
import type { ApiContext } from '#server/platform/procedures.ts'
import { addIntent, findIntent } from './intent-repo.ts'
import { findStanding } from './key-repo.ts'
import type { IntentAction, IntentDto, IntentInput } from './schema.ts'
import { INTENT_ASKED, INTENT_ENDED } from './topics.ts'
import { whenThere } from './wait.ts'

type Caller = Pick<ApiContext, 'db' | 'bus' | 'clock' | 'http'> & { principal: SignedIn }

/** Most end in a second; who is told less asks for the intent again. */
const ANSWER_WITHIN_MS = 10_000

/**
 * Takes down what the signer is to do and waits some seconds for how it ends.
 * @throws AppError NOT_FOUND while the service holds no key for the sub-account; CONFLICT for another request under the
 * same Idempotency-Key.
 */
export async function requestIntent(
  { db, bus, clock, http, principal }: Caller,
  action: IntentAction,
  input: IntentInput,
): Promise<IntentDto> {
  const { userId } = principal
  const { subAccountId } = input
  const idempotencyKey = http?.idempotencyKey == null ? null : digest(requireIdempotencyKey(http.idempotencyKey))
  const key = await findStanding(db, { userId, subAccountId })
  if (key === undefined || key.publicKey === null) {
    throw new AppError('NOT_FOUND', {
      message: `the service holds no key for sub-account ${subAccountId}: set it up in the settings`,
    })
  }
  const requestHash = digest(JSON.stringify([action, input]))
  const { id, found } = await whenThere(
    bus,
    { topic: INTENT_ENDED, withinMs: ANSWER_WITHIN_MS },
    async () => {
      const added = await addIntent(db, { userId, keyId: key.id, action, input, idempotencyKey, requestHash })
      await bus.publish(INTENT_ASKED, { id: added })
      return added
    },
    async (added) => {
      const intent = await findIntent(db, { userId, id: added }, clock.now())
      return intent?.isOver === true ? intent : undefined
    },
  )
  return found ?? (await ownIntent({ db, clock, principal }, id))
}

/** @throws AppError NOT_FOUND also for somebody else's. */
export async function ownIntent(
  { db, clock, principal }: Pick<Caller, 'db' | 'clock' | 'principal'>,
  id: string,
): Promise<IntentDto> {
  const intent = await findIntent(db, { userId: principal.userId, id }, clock.now())
  if (intent === undefined) throw new AppError('NOT_FOUND', { message: 'you have no intent with this id' })
  return intent
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
