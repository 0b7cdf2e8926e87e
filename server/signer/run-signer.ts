import { wakeable } from '#server/chain/index.ts'
import { recordAudit } from '#server/platform/audit.ts'
import { BUS_RESUMED, type Bus } from '#server/platform/bus.ts'
import { errorMessage, toAppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { LATENCY_BUCKETS_S, type Metrics } from '#server/platform/metrics.ts'
import { endKey } from './destroy-key.ts'
import { makeHeldKey, secretPlace } from './held-key.ts'
import { type OpenIntent, openIntents } from './intent-repo.ts'
import { keepMadeKey, keysToDestroy, keysToMake } from './key-repo.ts'
import { carryOut, isOutage, type SigningParts } from './sign-intent.ts'
import { INTENT_ASKED, INTENT_ENDED, KEY_CHANGED, KEY_MADE } from './topics.ts'

export type SignerParts = SigningParts & { bus: Bus; log: Log; metrics: Metrics }

/** Intents that are worked on at once; each waits for the chain most of its time. */
const AT_ONCE = 32
/** Wakes come by the bus; a wake that was lost costs this much. */
const LOOK_MS = 2_000
const KEYS_LOOK_MS = 30_000
const PAUSE_MS = 1_000

/** Makes keys, signs intents and ends keys until the signal aborts. The tables say what is to be done, the bus only when. */
export async function runSigner(parts: SignerParts, signal: AbortSignal): Promise<void> {
  await Promise.all([
    repeat(parts, signal, { what: 'making keys', wokenBy: KEY_CHANGED, everyMs: LOOK_MS }, () => makeKeys(parts)),
    signIntents(parts, signal),
    repeat(parts, signal, { what: 'ending revoked keys', wokenBy: KEY_CHANGED, everyMs: KEYS_LOOK_MS }, () =>
      endKeys(parts, signal),
    ),
  ])
}

async function makeKeys({ db, seal, bus, log }: SignerParts): Promise<void> {
  for (const { id, userId } of await keysToMake(db)) {
    const made = await makeHeldKey(seal, secretPlace(userId, id))
    const isNew = await db.transaction().execute(async (trx) => {
      if (!(await keepMadeKey(trx, { id, userId, ...made }))) return false
      const details = { publicKey: made.publicKey }
      await recordAudit(trx, { stream: 'signer', actor: userId, action: 'key.made', subject: id, details })
      return true
    })
    if (isNew) log.info({ key: id, publicKey: made.publicKey }, 'made a signing key')
    await bus.publish(KEY_MADE, { id })
  }
}

async function endKeys(parts: SignerParts, signal: AbortSignal): Promise<void> {
  for (const key of await keysToDestroy(parts.db)) {
    if (await endKey(parts, key, signal)) parts.log.info({ key: key.id }, 'destroyed a signing key')
  }
}

async function signIntents(parts: SignerParts, signal: AbortSignal): Promise<void> {
  const sleeper = wakeable(signal)
  const running = new Map<string, Promise<void>>()
  const look = async () => {
    const limit = AT_ONCE - running.size
    const found = limit > 0 ? await openIntents(parts.db, { except: [...running.keys()], limit }) : []
    for (const intent of found) {
      const work = workOn(parts, intent, signal).finally(() => {
        running.delete(intent.id)
        // There may be more than could be worked on at once.
        if (found.length === limit) sleeper.wake()
      })
      running.set(intent.id, work)
    }
  }
  await repeat(parts, signal, { what: 'signing intents', wokenBy: INTENT_ASKED, everyMs: LOOK_MS, sleeper }, look)
  await Promise.all(running.values())
}

/** Never throws: what could not be done now is found again at the next look. */
async function workOn(parts: SignerParts, intent: OpenIntent, signal: AbortSignal): Promise<void> {
  const { bus, log, clock, metrics } = parts
  const outcomes = metrics.counter({
    name: 'quantdesk_signer_intents_total',
    help: 'Intents that the signer brought to their end, by how they ended',
    labelNames: ['action', 'outcome'],
  })
  const seconds = metrics.histogram({
    name: 'quantdesk_signer_intent_seconds',
    help: 'Time from an intent to its end',
    buckets: LATENCY_BUCKETS_S,
  })
  const about = { intent: intent.id, key: intent.key.id, action: intent.action }
  try {
    const outcome = await carryOut(parts, intent, signal)
    if (outcome !== 'unknown') {
      const durationMs = clock.now() - intent.createdAt
      outcomes.inc({ action: intent.action, outcome })
      seconds.observe(durationMs / 1_000)
      log.info({ ...about, outcome, durationMs }, 'intent')
    }
    await bus.publish(INTENT_ENDED, { id: intent.id })
  } catch (error) {
    if (signal.aborted) return
    if (isOutage(toAppError(error))) {
      log.warn({ ...about, err: error }, `an intent waits: ${errorMessage(error)}`)
      await wakeable(signal).orAfter(PAUSE_MS)
    } else {
      log.error({ ...about, err: error }, `an intent cannot be signed: ${errorMessage(error)}`)
      await bus.publish(INTENT_ENDED, { id: intent.id })
    }
  }
}

type Loop = { what: string; wokenBy: string; everyMs: number; sleeper?: ReturnType<typeof wakeable> }

async function repeat(
  { bus, log }: SignerParts,
  signal: AbortSignal,
  { what, wokenBy, everyMs, sleeper = wakeable(signal) }: Loop,
  work: () => Promise<void>,
): Promise<void> {
  const unsubscribe = [wokenBy, BUS_RESUMED].map((topic) => bus.subscribe(topic, () => sleeper.wake()))
  try {
    while (!signal.aborted) {
      try {
        await work()
        await sleeper.orAfter(everyMs)
      } catch (error) {
        if (signal.aborted) return
        log.warn({ err: error }, `${what} failed and is tried again: ${errorMessage(error)}`)
        await sleeper.orAfter(PAUSE_MS, { ignoreWakes: true })
      }
    }
  } finally {
    for (const end of unsubscribe) end()
  }
}
