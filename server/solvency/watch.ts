import type { Connection } from '@solana/web3.js'
import type { RoleContext } from '#server/platform/role.ts'
import { recordSystemEvent } from '#server/platform/system-events.ts'
import { checkSolvency } from './check.ts'
import { insertCheck } from './repo.ts'

export type SolvencyWatch = () => Promise<void>

/** One look: writes what it found for everybody to read, sets the metrics, and tells the operator of a loss. */
export function solvencyWatch(
  { db, clock, log, metrics }: Pick<RoleContext, 'db' | 'clock' | 'log' | 'metrics'>,
  connection: Connection,
): SolvencyWatch {
  const difference = metrics.gauge({
    name: 'quantdesk_solvency_difference',
    help: 'Tokens a vault holds above what everybody owns of it; below 0 something is missing',
    labelNames: ['mint'],
  })
  const failedChecks = metrics.gauge({
    name: 'quantdesk_solvency_failed_checks',
    help: 'Equations of the ledger that did not hold at the newest look',
  })
  const checkedAt = metrics.gauge({
    name: 'quantdesk_solvency_checked_timestamp_seconds',
    help: 'When the vaults were last counted against the ledger',
  })
  let wasSolvent = true
  return async () => {
    const found = await checkSolvency(connection)
    await insertCheck(db, found, clock.now())
    for (const { mint, decimals, held, owned } of found.vaults)
      difference.set({ mint }, Number(held - owned) / 10 ** decimals)
    failedChecks.set(found.failed.length)
    checkedAt.set(clock.now() / 1000)
    const solvent = found.failed.length === 0
    if (!solvent) {
      const failed = found.failed.map(({ name, difference }) => ({ name, difference: difference.toString() }))
      const message = `the ledger does not add up: ${failed.map((one) => `${one.name} is off by ${one.difference}`).join('; ')}`
      log.error({ slot: found.slot, failed }, message)
      await recordSystemEvent(db, {
        source: 'solvency',
        kind: 'insolvent',
        level: 'error',
        message,
        details: { failed },
      })
    } else if (!wasSolvent) {
      const message = 'every equation of the ledger holds again'
      await recordSystemEvent(db, { source: 'solvency', kind: 'recovered', level: 'info', message })
    }
    wasSolvent = solvent
  }
}
