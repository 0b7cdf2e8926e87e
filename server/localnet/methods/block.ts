import { z } from 'zod'
import { bankAt, type Commitment, slotAt } from '../bank-view.ts'
import { encodeBase58 } from '../base58.ts'
import { blockCleanedUp, blockNotAvailable, invalidParams, slotSkipped } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import { commitment, optional, slot, viewConfig } from '../params.ts'
import { type Method, method } from '../rpc.ts'
import { keyList, transactionView } from '../transaction-view.ts'
import { decodeTransaction } from '../wire.ts'
import { historyCommitment } from './transaction.ts'

const MAX_RANGE = 500_000

const encoding = z.enum(['json', 'jsonParsed', 'base58', 'base64', 'binary'])
const blockConfig = z.object({
  commitment: optional(commitment),
  encoding: optional(encoding),
  transactionDetails: optional(z.enum(['full', 'accounts', 'signatures', 'none'])),
  rewards: optional(z.boolean()),
  maxSupportedTransactionVersion: optional(z.int().min(0).max(255)),
})

export const blockMethods: Record<string, Method> = {
  getSlot: method(
    z.tuple([viewConfig.optional()]),
    async ({ ledger }, [config]) => (await bankAt(ledger, config)).slot,
  ),

  getBlock: method(z.tuple([slot, z.union([encoding, blockConfig]).nullish()]), async ({ ledger }, [number, given]) => {
    const config: Partial<z.output<typeof blockConfig>> =
      typeof given === 'string' ? { encoding: given } : (given ?? {})
    const block = await blockAt(ledger, number, historyCommitment(config.commitment))
    return {
      blockHeight: block.height,
      blockTime: block.blockTime,
      blockhash: block.hash,
      parentSlot: block.parentSlot,
      previousBlockhash: block.previousHash,
      ...transactionsView(ledger, number, config),
      ...(config.rewards === false ? {} : { rewards: [] }),
    }
  }),

  getBlockTime: method(z.tuple([slot]), async ({ ledger }, [number]) => {
    return (await blockAt(ledger, number, 'confirmed')).blockTime
  }),

  getBlocks: method(
    z.tuple([slot, z.union([slot, viewConfig]).optional(), viewConfig.optional()]),
    async ({ ledger }, [from, second, third]) => {
      const config = typeof second === 'object' ? second : third
      const level = historyCommitment(config?.commitment)
      const { slot: newest } = await bankAt(ledger, { ...config, commitment: level })
      const to = Math.min(typeof second === 'number' ? second : newest, newest)
      if (to - from > MAX_RANGE) throw invalidParams(`Slot range too large; max ${MAX_RANGE}`)
      return [...ledger.history.slots(from, to)]
    },
  ),

  getBlocksWithLimit: method(
    z.tuple([slot, z.int().nonnegative(), viewConfig.optional()]),
    async ({ ledger }, [from, limit, config]) => {
      if (limit > MAX_RANGE) throw invalidParams(`Limit too large; max ${MAX_RANGE}`)
      const level = historyCommitment(config?.commitment)
      const { slot: newest } = await bankAt(ledger, { ...config, commitment: level })
      const found: number[] = []
      for (const number of ledger.history.slots(from, newest)) {
        if (found.length === limit) break
        found.push(number)
      }
      return found
    },
  ),

  getFirstAvailableBlock: method(z.tuple([]), ({ ledger }) => firstBlock(ledger)),
  minimumLedgerSlot: method(z.tuple([]), ({ ledger }) => firstBlock(ledger)),
}

const firstBlock = ({ history, chain }: Ledger): number => history.firstSlot ?? chain.slot

/** @throws RpcError −32001, −32004 or −32007 when there is no such block to show. */
async function blockAt(ledger: Ledger, slot: number, level: Commitment) {
  await ledger.durable()
  if (slot > slotAt(ledger, level) || slot === ledger.chain.slot) throw blockNotAvailable(slot)
  const first = firstBlock(ledger)
  if (slot < first) throw blockCleanedUp(slot, first)
  const block = ledger.history.block(slot)
  if (block === undefined) throw slotSkipped(slot)
  return block
}

function transactionsView(ledger: Ledger, slot: number, config: Partial<z.output<typeof blockConfig>>) {
  const details = config.transactionDetails ?? 'full'
  if (details === 'none') return {}
  const records = ledger.history.transactionsOf(slot).map(ledger.history.readTransaction)
  if (details === 'signatures') return { signatures: records.map(({ signature }) => signature) }
  const version = config.maxSupportedTransactionVersion
  return {
    transactions: records.map((record) => {
      const view = transactionView(record, config.encoding ?? 'json', version)
      if (details === 'full') return view
      const { message, signatures } = decodeTransaction(record.wire)
      return {
        ...view,
        transaction: { signatures: signatures.map(encodeBase58), accountKeys: keyList(message, record.loaded) },
      }
    }),
  }
}
