import { createHash } from 'node:crypto'
import { type Connection, Keypair, SystemProgram, type TransactionInstruction } from '@solana/web3.js'
import { decodePriceUpdate, isPartlyVerified } from '#client/price-update.ts'
import { requireLanded, type TransactionSender } from '#server/chain/index.ts'
import { sharedFor } from '#server/platform/shared-for.ts'
import { ORACLE_FEEDS, type OracleFeed } from '../feeds.ts'
import { askingChain, isTheOne, noFeed, type PostedPrice, type PricePublisher } from '../publish.ts'
import type { AccumulatorMessage, AccumulatorVerdict, PythUpdate } from '../pyth/accumulator.ts'
import type { Hermes } from '../pyth/hermes.ts'
import {
  closeEncodedVaa,
  ENCODED_VAA_HEADER,
  initEncodedVaa,
  postUpdate,
  postUpdateAtomic,
  programsFor,
  verifyEncodedVaa,
  writeEncodedVaa,
} from '../pyth/receiver.ts'

export type ReceiverPublisherParts = {
  connection: Pick<Connection, 'getAccountInfo' | 'getMinimumBalanceForRentExemption'>
  sender: TransactionSender
  hermes: Hermes
  signal: AbortSignal
}

type Signed = { message: AccumulatorMessage; update: PythUpdate }
/** Instructions of one transaction. */
export type PostingStep = {
  instructions: TransactionInstruction[]
  signers: Keypair[]
  computeUnitLimit: number
}

type Posted = { publishTime: bigint; price: bigint; atUptimeMs: number }

/**
 * Every post costs a fee, and orders get the one price they need by themselves: so the newest price is posted at this
 * pace, in time for a fill in a calm market, and at once when it has moved.
 */
const POST_EVERY_MS = 5_000
const MOVED_PPM = 1_000n
/** All markets are asked for in one request. */
const SHARED_MS = 500
const FEED_IDS = ORACLE_FEEDS.map(({ feedId }) => feedId)

/** Accounts for single orders are used in turn, so that the next orders do not overwrite them at once. */
const SPARE_ACCOUNTS = 16
/** A transaction has 1 232 bytes; this many of the VAA leave room for creating its account in the same one. */
const FIRST_PART = 755
/** Signatures up to which everything fits into one transaction, 66 bytes each beside message, proof and accounts. */
const ATOMIC_SIGNATURES = 5
/** Measured by Pyth for its own client: recovering a signature costs about 40 k. */
const UNITS = { atomic: 300_000, write: 50_000, verify: 600_000 } as const

/**
 * Posts signed prices of Hermes through Pyth's receiver program. The program is strict: only full verification counts.
 * One transaction does that where all signatures fit in and suffice; otherwise the VAA is verified in an account first.
 */
export function receiverPublisher({ connection, sender, hermes, signal }: ReceiverPublisherParts): PricePublisher {
  const payer = sender.payer
  const posted = new Map<string, Posted>()
  const newest = sharedFor(SHARED_MS, () => hermes.latest(FEED_IDS, signal))
  /** Until a posted account turns out to be only partly verified: the quorum is larger than what Hermes signs with. */
  let atomicSuffices = true

  const post = async (feed: OracleFeed, { message, update }: Signed, priceAccount: Keypair): Promise<PostedPrice> => {
    const isAtomic = atomicSuffices && message.signedBy.signatures <= ATOMIC_SIGNATURES
    const steps = isAtomic
      ? [atomicStep({ message, update }, payer, priceAccount)]
      : verifiedSteps({ message, update }, payer, priceAccount, Keypair.generate(), await rentOf(message))
    for (const { instructions, signers, computeUnitLimit } of steps) {
      const options = { signers, computeUnitLimit, preflight: true, signal }
      requireLanded(await sender.send(instructions, options), `post the price of ${feed.market}`)
    }
    const info = await askingChain('getAccountInfo', () =>
      connection.getAccountInfo(priceAccount.publicKey, 'confirmed'),
    )
    if (isAtomic && info !== null && isPartlyVerified(info.data)) {
      atomicSuffices = false
      return post(feed, { message, update }, priceAccount)
    }
    // What stands there is what counts, and it must be readable.
    const { publishTime, prevPublishTime } = decodePriceUpdate(info?.data ?? new Uint8Array())
    return {
      market: feed.market,
      account: priceAccount.publicKey,
      publishTime: Number(publishTime),
      prevPublishTime: Number(prevPublishTime),
    }
  }
  const rentOf = ({ vaa }: AccumulatorMessage): Promise<number> =>
    askingChain('getMinimumBalanceForRentExemption', () =>
      connection.getMinimumBalanceForRentExemption(vaa.length + ENCODED_VAA_HEADER),
    )

  return {
    publish: async ({ market, price }) => {
      const feed = feedOf(market)
      const last = posted.get(market)
      if (last !== undefined && !isDue(last, price)) return undefined
      const signed = signedPrice(await newest(), feed)
      if (signed === undefined || signed.update.publishTime <= (last?.publishTime ?? 0n)) return undefined
      const result = await post(feed, signed, ownAccount(payer, feed.feedId, 'newest'))
      posted.set(market, { publishTime: signed.update.publishTime, price, atUptimeMs: performance.now() })
      return result
    },
    postTheOne: async (market, eligibleFrom) => {
      const feed = feedOf(market)
      const signed = signedPrice(await hermes.at(eligibleFrom, [feed.feedId], signal), feed)
      if (signed === undefined || !isTheOne(signed.update, eligibleFrom)) return undefined
      const place = `order ${Number(signed.update.publishTime) % SPARE_ACCOUNTS}`
      return post(feed, signed, ownAccount(payer, feed.feedId, place))
    },
  }
}

function isDue(last: Posted, price: bigint): boolean {
  const moved = price > last.price ? price - last.price : last.price - price
  return performance.now() - last.atUptimeMs >= POST_EVERY_MS || moved * 1_000_000n > last.price * MOVED_PPM
}

function feedOf(market: string): OracleFeed {
  const feed = ORACLE_FEEDS.find((each) => each.market === market)
  if (feed === undefined) throw noFeed(market)
  return feed
}

/** The proved price of a feed among what Hermes answered. */
function signedPrice(verdicts: readonly AccumulatorVerdict[], { feedId }: OracleFeed): Signed | undefined {
  for (const verdict of verdicts) {
    const update = verdict.ok ? verdict.message.updates.find((each) => each.feedId === feedId) : undefined
    if (verdict.ok && update !== undefined) return { message: verdict.message, update }
  }
  return undefined
}

export function atomicStep({ message, update }: Signed, payer: Keypair, priceAccount: Keypair): PostingStep {
  const programs = programsFor(message)
  const posting = { programs, payer: payer.publicKey, priceAccount: priceAccount.publicKey, update }
  return {
    instructions: [postUpdateAtomic(posting, { vaa: message.vaa, guardianSet: message.signedBy.set })],
    signers: [priceAccount],
    computeUnitLimit: UNITS.atomic,
  }
}

/** Verifies the VAA in an account of its own, posts from it, and takes the account's rent back. */
export function verifiedSteps(
  { message, update }: Signed,
  payer: Keypair,
  priceAccount: Keypair,
  vaaAccount: Keypair,
  rent: number,
): PostingStep[] {
  const programs = programsFor(message)
  const { vaa, signedBy } = message
  const draft = { programs, authority: payer.publicKey, encodedVaa: vaaAccount.publicKey }
  const create = SystemProgram.createAccount({
    fromPubkey: payer.publicKey,
    newAccountPubkey: vaaAccount.publicKey,
    lamports: rent,
    space: vaa.length + ENCODED_VAA_HEADER,
    programId: programs.verifier,
  })
  const rest = vaa.subarray(FIRST_PART)
  return [
    {
      instructions: [
        create,
        initEncodedVaa(draft),
        writeEncodedVaa(draft, { index: 0, part: vaa.subarray(0, FIRST_PART) }),
      ],
      signers: [vaaAccount],
      computeUnitLimit: UNITS.write,
    },
    {
      instructions: [
        ...(rest.length === 0 ? [] : [writeEncodedVaa(draft, { index: FIRST_PART, part: rest })]),
        verifyEncodedVaa(draft, signedBy.set),
      ],
      signers: [],
      computeUnitLimit: UNITS.verify,
    },
    {
      instructions: [
        postUpdate(
          { programs, payer: payer.publicKey, priceAccount: priceAccount.publicKey, update },
          vaaAccount.publicKey,
        ),
        closeEncodedVaa(draft),
      ],
      signers: [priceAccount],
      computeUnitLimit: UNITS.write,
    },
  ]
}

/** A key that only the payer's can make, so that a restart writes to the same account and nobody else can. */
function ownAccount(payer: Keypair, feedId: string, place: string): Keypair {
  const seed = createHash('sha256').update(payer.secretKey).update(`quantdesk price ${feedId} ${place}`).digest()
  return Keypair.fromSeed(seed)
}
