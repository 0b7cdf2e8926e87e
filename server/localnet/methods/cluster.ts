import { z } from 'zod'
import { bankAt, slotAt } from '../bank-view.ts'
import { blockhashAt, type Chain, epochOf, SLOTS_PER_EPOCH } from '../chain.ts'
import { invalidParams } from '../errors.ts'
import { IDENTITY } from '../genesis.ts'
import { jsonInteger } from '../json.ts'
import type { Ledger } from '../ledger.ts'
import { address, optional, slot, viewConfig, viewFields } from '../params.ts'
import { API_VERSION, inContext, type Method, method } from '../rpc.ts'

const MAX_LEADERS = 5_000
const FEATURE_SET = 0

const leaderConfig = z.object({ ...viewFields, identity: optional(address) }).nullish()

export const clusterMethods: Record<string, Method> = {
  getHealth: method(z.tuple([]), () => 'ok'),
  getVersion: method(z.tuple([]), () => ({ 'feature-set': FEATURE_SET, 'solana-core': API_VERSION })),
  getIdentity: method(z.tuple([]), () => ({ identity: IDENTITY })),
  getGenesisHash: method(z.tuple([]), ({ ledger }) => ledger.chain.genesisHash),

  getBlockHeight: method(z.tuple([viewConfig.optional()]), async ({ ledger }, [config]) => {
    const bank = await bankAt(ledger, config)
    return heightAt(ledger.chain, bank.slot)
  }),

  getEpochInfo: method(z.tuple([viewConfig.optional()]), async ({ ledger }, [config]) => {
    const bank = await bankAt(ledger, config)
    return epochInfo(ledger, bank.slot)
  }),

  getEpochSchedule: method(z.tuple([]), () => ({
    firstNormalEpoch: 0,
    firstNormalSlot: 0,
    leaderScheduleSlotOffset: SLOTS_PER_EPOCH,
    slotsPerEpoch: SLOTS_PER_EPOCH,
    warmup: false,
  })),

  getSlotLeader: method(z.tuple([viewConfig.optional()]), () => IDENTITY),

  getSlotLeaders: method(z.tuple([slot, z.int().positive()]), (_, [, limit]) => {
    if (limit > MAX_LEADERS) throw invalidParams(`Invalid limit; max ${MAX_LEADERS}`)
    return Array.from({ length: limit }, () => IDENTITY)
  }),

  getLeaderSchedule: method(
    z.tuple([z.union([slot, leaderConfig]).optional(), leaderConfig.optional()]),
    ({ ledger }, [first, second]) => {
      const config = typeof first === 'object' ? first : second
      const epoch = epochOf(typeof first === 'number' ? first : slotAt(ledger, config?.commitment))
      if (epoch > epochOf(ledger.chain.slot) + 1) return null
      if (config?.identity !== undefined && config.identity !== IDENTITY) return {}
      return { [IDENTITY]: Array.from({ length: SLOTS_PER_EPOCH }, (_, index) => index) }
    },
  ),

  getClusterNodes: method(z.tuple([]), ({ ports }) => [
    {
      pubkey: IDENTITY,
      gossip: null,
      tpu: null,
      rpc: `127.0.0.1:${ports.http}`,
      pubsub: `127.0.0.1:${ports.ws}`,
      version: API_VERSION,
      featureSet: FEATURE_SET,
      shredVersion: 0,
    },
  ]),

  // Nobody votes on a chain of one.
  getVoteAccounts: method(z.tuple([z.object(viewFields).nullish()]), () => ({ current: [], delinquent: [] })),

  getSupply: method(z.tuple([viewConfig.optional()]), async ({ ledger }, [config]) => {
    const bank = await bankAt(ledger, config)
    let total = 0n
    for (const [key] of ledger.accounts.entries()) total += bank.account(key)?.lamports ?? 0n
    const circulating = jsonInteger(total)
    return inContext(bank, { total: circulating, circulating, nonCirculating: 0, nonCirculatingAccounts: [] })
  }),
}

const heightAt = (chain: Chain, slot: number): number => blockhashAt(chain, slot)?.height ?? chain.height

export function epochInfo({ chain }: Pick<Ledger, 'chain'>, slot: number) {
  return {
    absoluteSlot: slot,
    blockHeight: heightAt(chain, slot),
    epoch: epochOf(slot),
    slotIndex: slot % SLOTS_PER_EPOCH,
    slotsInEpoch: SLOTS_PER_EPOCH,
    transactionCount: chain.transactionCount,
  }
}
