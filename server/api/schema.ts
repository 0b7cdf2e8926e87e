import { z } from 'zod'
import type {
  AccountDto,
  BookDto,
  FundingRateDto,
  MarketStateDto,
  TradeDto,
  UserMessage,
} from '#server/exchange/index.ts'
import type { NotificationDto } from '#server/notify/index.ts'
import type { PriceDto } from '#server/oracle/index.ts'
import { ERROR_CODES } from '#server/platform/errors.ts'

export const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')
const ms = z.number().describe('Milliseconds')

/** What a browser must know of this deployment. Nothing secret. */
export const systemConfigDto = z
  .object({
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
  .meta({ id: 'SystemConfig' })
export type SystemConfigDto = z.infer<typeof systemConfigDto>

const partStatus = z.enum(['ok', 'late', 'down'])

/** How every part is doing; also the topic `system`. */
export const systemDto = z
  .object({
    slot: z.number().int().nullable().describe('Newest slot seen; null while the chain has not answered'),
    oracleAgeMs: z.record(z.string(), ms.nullable()).describe('Age of the newest price by market'),
    indexerLagMs: ms.nullable().describe('How far the projection is behind the chain'),
    indexer: partStatus,
    keeper: partStatus,
    database: partStatus,
    chain: partStatus,
    at,
  })
  .meta({ id: 'System' })
export type SystemDto = z.infer<typeof systemDto>

export const healthDto = systemDto
  .extend({
    reasons: z.record(z.string(), z.string()).describe('Why a part is not ok, by part'),
  })
  .meta({ id: 'Health' })

export type PartStatus = z.infer<typeof partStatus>

export const UPTIME_PARTS = ['database', 'chain', 'prices', 'indexer', 'keeper'] as const
export type UptimePart = (typeof UPTIME_PARTS)[number]

/** Checks of one part, about one a second for each process that serves pages. */
const checkCounts = z.object({
  ok: z.number().int(),
  late: z.number().int().describe('Working, but behind'),
  down: z.number().int(),
})

const uptimeWindow = checkCounts.extend({
  uptime: z.number().nullable().describe('(ok + late) / all checks; null when nothing was measured'),
  measuredHours: z.number().int().describe('Hours with checks; of the others nothing is known'),
})

export const uptimeDto = z
  .object({
    parts: z
      .object({
        part: z.enum(UPTIME_PARTS),
        day: uptimeWindow.describe('24 hours'),
        week: uptimeWindow.describe('7 days'),
        quarter: uptimeWindow.describe('90 days'),
        days: checkCounts.extend({ at: at.describe('Beginning of the day, UTC') }).array(),
      })
      .array(),
    since: at.nullable().describe('The first measured hour of the 90 days'),
  })
  .meta({ id: 'Uptime' })
export type UptimeDto = z.infer<typeof uptimeDto>

/** RFC 9457; `platform/errors.ts` writes it. */
export const problemDto = z
  .object({
    type: z.string().meta({ examples: ['urn:quantdesk:error:not-found'] }),
    title: z.string(),
    status: z.number().int().min(400).max(599),
    detail: z.string().describe('What happened, for a person'),
    code: z.enum(ERROR_CODES).describe('What happened, for a program: one of a closed list'),
    requestId: z.string().describe('Finds the request in our log'),
    details: z.record(z.string(), z.unknown()).optional().describe('`fields` names what is wrong with the input'),
  })
  .meta({ id: 'Problem' })

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
  | Event<`notice.${string}`, NotificationDto[], NotificationDto>
  | Event<'system', SystemDto, SystemDto>
