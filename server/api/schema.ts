import { z } from 'zod'
import type {
  AccountDto,
  BookDto,
  FundingRateDto,
  MarketStateDto,
  TradeDto,
  UserMessage,
} from '#server/exchange/index.ts'
import type { PriceDto } from '#server/oracle/index.ts'

const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')
const ms = z.number().describe('Milliseconds')

/** What a browser must know of this deployment. Nothing secret. */
export const systemConfigDto = z.object({
  cluster: z.enum(['localnet', 'devnet', 'mainnet-beta']),
  rpcUrl: z.string(),
  wsUrl: z.string(),
  programId: z.string(),
  usdcMint: z.string(),
  explorerUrl: z
    .string()
    .optional()
    .describe('Transaction pages are at {explorerUrl}/tx/{signature}?cluster={cluster}'),
  oracleMode: z.enum(['replay', 'live']).describe('replay: recorded prices, never to be taken for a live market'),
  features: z.object({ faucet: z.boolean().describe('This cluster gives out test funds') }),
})
export type SystemConfigDto = z.infer<typeof systemConfigDto>

const partStatus = z.enum(['ok', 'late', 'down'])

/** How every part is doing; also the topic `system`. */
export const systemDto = z.object({
  slot: z.number().int().nullable().describe('Newest slot seen; null while the chain has not answered'),
  oracleAgeMs: z.record(z.string(), ms.nullable()).describe('Age of the newest price by market'),
  indexerLagMs: ms.nullable().describe('How far the projection is behind the chain'),
  indexer: partStatus,
  keeper: partStatus,
  database: partStatus,
  chain: partStatus,
  at,
})
export type SystemDto = z.infer<typeof systemDto>

export const healthDto = systemDto.extend({
  reasons: z.record(z.string(), z.string()).describe('Why a part is not ok, by part'),
})

export type PartStatus = z.infer<typeof partStatus>

/** Topics one client may read at once, over whichever transport. */
export const MAX_TOPICS = 32
/** A stream that has nothing to say says so this often. */
export const HEARTBEAT_MS = 15_000

export const subscribeInput = z.object({
  topics: z
    .array(z.string().max(80))
    .min(1, 'name at least one topic, for example price.SOL-PERP')
    .max(MAX_TOPICS, `at most ${MAX_TOPICS} topics in one stream`),
  /** Put here by the client after a reconnect. */
  lastEventId: z.string().max(80).nullish(),
})

type Event<Topic extends string, Snapshot, Delta> = { topic: Topic; seq: number } & (
  | { kind: 'snapshot'; data: Snapshot }
  | { kind: 'delta'; data: Delta }
)

/**
 * One message of the stream. A snapshot replaces what is known of its topic; a delta follows the message with the
 * `seq` before its own, and a gap means: subscribe again.
 */
export type StreamEvent =
  | Event<`price.${string}`, PriceDto, PriceDto>
  | Event<`market.${string}`, MarketStateDto, MarketStateDto>
  | Event<`book.${string}`, BookDto, BookDto>
  | Event<`trade.${string}`, TradeDto[], TradeDto>
  | Event<`funding.${string}`, FundingRateDto[], FundingRateDto>
  | Event<`user.${string}`, AccountDto, UserMessage>
  | Event<'system', SystemDto, SystemDto>
