import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '../../programs/tests/walk/random.ts'
import { type DataPlane, PARTS, type PartName, startDataPlane } from './data-plane.ts'
import { type Proof, prove } from './proof.ts'
import type { ToxicProxy } from './proxy.ts'
import { startTraffic } from './traffic.ts'

export type TroubleReport = Proof & {
  rounds: number
  kills: Record<PartName, number>
  /** How often a road was slow and chopped, reset, away, or swallowed everything. */
  roadTroubles: Record<RoadTrouble, number>
  /** Transactions that landed meanwhile. */
  landed: number
  seconds: number
}

const TRADERS = 6
/** A round waits this long at most before it kills: somewhere in the middle of the work. */
const LONGEST_WAIT_MS = 400
const LONGEST_ROAD_TROUBLE_MS = 1_500

const ROAD_TROUBLES = {
  chopped: async (road) => road.set({ latencyMs: 40, sliceBytes: 100 }),
  reset: async (road) => void road.reset(),
  away: (road) => road.away(true),
  swallowing: async (road) => road.set({ blackhole: true }),
} as const satisfies Record<string, (road: ToxicProxy) => Promise<void>>
type RoadTrouble = keyof typeof ROAD_TROUBLES

/**
 * `rounds` times: at a random moment one part, now and then two, die by SIGKILL while traders trade, and come back; in
 * some rounds the network between the roles, the chain and the database is bad as well. Then everything is proved. The
 * dice follow `seed`; what the processes do at that moment does not.
 */
export async function makeTrouble(
  { rounds, seed }: { rounds: number; seed: number },
  onRound: (round: number) => void = () => {},
): Promise<TroubleReport> {
  const random = new Random(seed)
  const kills = { postgres: 0, localnet: 0, indexer: 0, keeper: 0, ingest: 0 }
  const roadTroubles = { chopped: 0, reset: 0, away: 0, swallowing: 0 }
  const startedAt = performance.now()
  const plane = await startDataPlane()
  try {
    const traffic = await startTraffic(plane, TRADERS, random)
    for (let round = 1; round <= rounds; round += 1) {
      const mend = random.chance(0.3) ? await troubleRoad(plane, random, roadTroubles) : undefined
      await delay(random.int(0, LONGEST_WAIT_MS))
      const count = random.chance(0.2) ? 2 : 1
      for (const part of new Set(Array.from({ length: count }, () => random.pick(PARTS)))) {
        plane.kill(part)
        kills[part] += 1
      }
      await mend?.()
      await plane.whenReady()
      onRound(round)
    }
    await traffic.stop()
    const proof = await prove(plane, traffic.told)
    const seconds = (performance.now() - startedAt) / 1_000
    return { ...proof, rounds, kills, roadTroubles, landed: traffic.landed(), seconds }
  } finally {
    await plane.stop()
  }
}

/** @returns what waits a while and makes the road good again. */
async function troubleRoad(
  { roads }: DataPlane,
  random: Random,
  counts: Record<RoadTrouble, number>,
): Promise<() => Promise<void>> {
  const road = random.pick([roads.rpc, roads.rpcWs, roads.database])
  const trouble = random.pick(['chopped', 'reset', 'away', 'swallowing'])
  counts[trouble] += 1
  await ROAD_TROUBLES[trouble](road)
  return async () => {
    await delay(random.int(0, LONGEST_ROAD_TROUBLE_MS))
    road.set()
    await road.away(false)
  }
}
