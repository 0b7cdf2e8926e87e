import type { AccountInfo, Connection, PublicKey } from '@solana/web3.js'
import { PublicKey as Address } from '@solana/web3.js'
import { decodePriceUpdate, isPartlyVerified, type PriceUpdate, PYTH_RECEIVERS } from '#client/price-update.ts'
import { connectChain, wakeable } from '#server/chain/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { OracleFeed } from '../feeds.ts'
import { type OracleSource, type SourceReport, sourceFailure } from '../source.ts'

/** Pushes are only the faster way: what is read this often is the truth. */
const POLL_EVERY_MS = 5_000
const SILENT_MS = 30_000

type FeedAccount = { address: PublicKey; feedId: string; receiver: string }

/** The accounts of a feed under Pyth's push oracle before and after its redeployment, each with the program that owns it. */
export function feedAccounts(
  feeds: readonly Pick<OracleFeed, 'feedId' | 'account' | 'redeployedAccount'>[],
): FeedAccount[] {
  const [receiver, redeployedReceiver] = PYTH_RECEIVERS
  return feeds.flatMap(({ feedId, account, redeployedAccount }) => [
    { address: new Address(redeployedAccount), feedId, receiver: redeployedReceiver },
    { address: new Address(account), feedId, receiver },
  ])
}

/** Prices that Pyth's sponsors push to Solana, read over any RPC of that cluster. */
export function pythPushAccounts(
  { endpoints, clock }: { endpoints: readonly { url: string; wsUrl: string }[]; clock: Clock },
  feeds: readonly OracleFeed[],
): OracleSource {
  const accounts = feedAccounts(feeds)
  return {
    name: 'pyth-push',
    silentAfterMs: SILENT_MS,
    connect: async (report, signal) => {
      const { connection, close } = connectChain({ endpoints, clock })
      const take = newestOnly(report)
      const sleeper = wakeable(signal)
      try {
        let subscribed = false
        while (!signal.aborted) {
          const infos = await readAccounts(connection, accounts)
          report.onAlive()
          for (const [index, account] of accounts.entries()) take(account, infos[index] ?? null)
          // Only now: there is nothing to subscribe to at an RPC that does not answer.
          if (!subscribed) subscribe(connection, accounts, take)
          subscribed = true
          await sleeper.orAfter(POLL_EVERY_MS)
        }
      } finally {
        close()
      }
    },
  }
}

type Take = (account: FeedAccount, info: AccountInfo<Buffer> | null) => void

function subscribe(connection: Connection, accounts: readonly FeedAccount[], take: Take): void {
  for (const account of accounts) {
    connection.onAccountChange(account.address, (info) => take(account, info), { commitment: 'confirmed' })
  }
}

async function readAccounts(connection: Connection, accounts: readonly FeedAccount[]) {
  const infos = await connection.getMultipleAccountsInfo(
    accounts.map(({ address }) => address),
    'confirmed',
  )
  if (infos.every((info) => info === null)) {
    throw sourceFailure('unreachable', "this cluster has none of Pyth's price accounts: check PYTH_RPC_URL")
  }
  return infos
}

/** Both generations and both ways bring the same prices: each is reported once. */
function newestOnly(report: SourceReport): Take {
  const newest = new Map<string, bigint>()
  return ({ feedId, receiver, address }, info) => {
    if (info === null) return
    const update = readPriceAccount(info, { feedId, receiver })
    if ('refusal' in update) {
      report.onRefused(update.refusal, `price account ${address.toBase58()}: ${update.reason}`, feedId)
      return
    }
    if (update.publishTime <= (newest.get(feedId) ?? 0n)) return
    newest.set(feedId, update.publishTime)
    const { price, confidence, exponent, emaPrice, publishTime } = update
    report.onPrice({ feedId, price, confidence, exponent, emaPrice, publishedAt: Number(publishTime) * 1_000 })
  }
}

type AccountRefusal = { refusal: 'malformed' | 'wrong-owner' | 'not-verified' | 'unknown-feed'; reason: string }

/** A price account as its owner wrote it, or why it is not believed. */
export function readPriceAccount(
  { owner, data }: Pick<AccountInfo<Uint8Array>, 'owner' | 'data'>,
  { feedId, receiver }: { feedId: string; receiver: string },
): PriceUpdate | AccountRefusal {
  if (owner.toBase58() !== receiver) return { refusal: 'wrong-owner', reason: `it belongs to ${owner.toBase58()}` }
  if (isPartlyVerified(data)) return { refusal: 'not-verified', reason: 'its signatures were only partly checked' }
  try {
    const update = decodePriceUpdate(data)
    if (update.feedId !== feedId) return { refusal: 'unknown-feed', reason: `it holds the feed ${update.feedId}` }
    return update
  } catch (error) {
    if (error instanceof RangeError) return { refusal: 'malformed', reason: error.message }
    throw error
  }
}
