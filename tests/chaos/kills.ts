import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '../../programs/tests/walk/random.ts'
import { type DataPlane, PARTS, type PartName, startDataPlane } from './data-plane.ts'
import { type Proof, prove } from './proof.ts'
import { startTraffic } from './traffic.ts'

export type KillReport = Proof & {
  rounds: number
  kills: Record<PartName, number>
  /** Transactions that landed while parts were killed. */
  landed: number
  seconds: number
}

const TRADERS = 6
/** A round waits this long at most before it kills: somewhere in the middle of the work. */
const LONGEST_WAIT_MS = 400

/**
 * `rounds` times: at a random moment one part, now and then two, die by SIGKILL while traders trade, and come back. Then
 * everything is proved. The dice follow `seed`; what the processes do at that moment does not.
 */
export async function killRounds(
  { rounds, seed }: { rounds: number; seed: number },
  onRound: (round: number, plane: DataPlane) => void = () => {},
): Promise<KillReport> {
  const random = new Random(seed)
  const kills = { postgres: 0, localnet: 0, indexer: 0, keeper: 0, ingest: 0 }
  const startedAt = performance.now()
  const plane = await startDataPlane()
  try {
    const traffic = await startTraffic(plane, TRADERS, random)
    for (let round = 1; round <= rounds; round += 1) {
      await delay(random.int(0, LONGEST_WAIT_MS))
      const victims = new Set([random.pick([...PARTS]), ...(random.chance(0.2) ? [random.pick([...PARTS])] : [])])
      for (const part of victims) {
        if (part === undefined) continue
        plane.kill(part)
        kills[part] += 1
      }
      await plane.whenReady()
      onRound(round, plane)
    }
    await traffic.stop()
    const proof = await prove(plane, traffic.told)
    return { ...proof, rounds, kills, landed: traffic.landed(), seconds: (performance.now() - startedAt) / 1_000 }
  } finally {
    await plane.stop()
  }
}
