import type { Connection } from '@solana/web3.js'
import { decodeMarket, decodeSubAccount, type SubAccount } from '#client/accounts.ts'
import {
  cancelOrder,
  closePosition,
  depositTokens,
  openPosition,
  placeOrder,
  withdrawTokens,
} from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { marketAddress, publicKey } from '#client/pda.ts'
import { localnetCheats, type SendOutcome, wakeable } from '#server/chain/index.ts'
import { fundedTrader, type Trader } from '#server/chain/testing.ts'
import { pollUntil } from '#server/platform/poll.ts'
import type { Random } from '../../programs/tests/walk/random.ts'
import type { DataPlane } from './data-plane.ts'

const USDC = 1_000_000n
const BASE_UNITS = 1_000_000_000n
const MARKETS = [0, 1, 2] as const
const FLOWS_WITHIN_MS = 30_000
const DEPOSIT = 100_000n * USDC
/** Margin accounts of an account that may hold positions in any market. */
const ALL_MARKETS = MARKETS.map(marketAddress)

/** What a wallet was told about each transaction it sent: the exchange must never say otherwise afterwards. */
export type Told = { signature: string; kind: SendOutcome['kind'] }

export type Traffic = {
  told: readonly Told[]
  /** How many transactions have landed so far. */
  landed(): number
  stop(): Promise<void>
}

/**
 * Traders who open, rest, cancel, close, deposit and withdraw until they are stopped, whatever breaks around them. It
 * returns once orders are filled.
 */
export async function startTraffic({ chain, rpcUrl }: DataPlane, traders: number, random: Random): Promise<Traffic> {
  const told: Told[] = []
  const stopping = new AbortController()
  const wallets = await Promise.all(
    Array.from({ length: traders }, () =>
      fundedTrader({ connection: chain.connection, cheats: localnetCheats(rpcUrl) }, DEPOSIT),
    ),
  )
  const running = wallets.map((trader) => trade(chain.connection, trader, random, told, stopping.signal))
  const landed = () => told.filter(({ kind }) => kind === 'landed-ok').length
  await pollUntil(async () => landed() > traders && (await hasPosition(chain.connection, wallets)), {
    timeoutMs: FLOWS_WITHIN_MS,
  })
  return {
    told,
    landed,
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

async function trade(
  connection: Connection,
  trader: Trader,
  random: Random,
  told: Told[],
  signal: AbortSignal,
): Promise<void> {
  const pause = wakeable(signal)
  while (!signal.aborted) {
    try {
      const instruction = await nextAct(connection, trader, random)
      const outcome = await trader.sender.send([instruction])
      told.push({ signature: outcome.signature, kind: outcome.kind })
    } catch {
      // The chain is away: nothing was sent, and the trader tries something else in a moment.
    }
    await pause.orAfter(random.int(10, 60))
  }
}

async function nextAct(connection: Connection, trader: Trader, random: Random) {
  const marketIndex = random.pick([...MARKETS])
  const account = await readSubAccount(connection, trader)
  const market = decodeMarket(
    (await connection.getAccountInfo(marketAddress(marketIndex), 'confirmed'))?.data ?? new Uint8Array(),
  )
  const { price, params } = { price: market.price.price, params: market.params }
  const onTick = (value: bigint) => value - (value % params.tickSize)
  const authority = trader.keypair.publicKey
  const common = { trader: authority, subAccount: trader.subAccount, marketIndex, marginAccounts: ALL_MARKETS }
  const notional = BigInt(random.int(50, 2_000)) * USDC
  const rough = (notional * BASE_UNITS) / price
  const size = rough - (rough % params.stepSize)
  const held = account.positions.find((position) => position.marketIndex === marketIndex)?.base ?? 0n
  const side = random.chance(0.5) ? 'buy' : 'sell'
  const away = (bps: bigint, of = side) => onTick((price * (10_000n + (of === 'buy' ? bps : -bps))) / 10_000n)

  if (account.orders.length > 10) return cancelOrder({ ...common, target: { kind: 'all' } })
  const dice = random.next()
  if (dice < 0.45) return openPosition({ ...common, order: { side, size, limitPrice: away(100n), clientId: 0n } })
  if (dice < 0.65 && held !== 0n) {
    const limitPrice = away(300n, held > 0n ? 'sell' : 'buy')
    return closePosition({ ...common, order: { fractionBps: random.pick([2_500, 10_000]), limitPrice, clientId: 0n } })
  }
  if (dice < 0.8) {
    return placeOrder({
      ...common,
      order: { kind: 'limit', side, size, limitPrice: away(-BigInt(random.int(20, 150))), postOnly: true },
    })
  }
  if (dice < 0.88) return cancelOrder({ ...common, target: { kind: 'all' } })
  const amount = BigInt(random.int(1, 50)) * USDC
  const tokens = { authority, subAccount: trader.subAccount, mint: LOCALNET_USDC_MINT, amount }
  return dice < 0.94 ? withdrawTokens({ ...tokens, marginAccounts: ALL_MARKETS }) : depositTokens(tokens)
}

async function hasPosition(connection: Connection, wallets: readonly Trader[]): Promise<boolean> {
  const accounts = await Promise.all(wallets.map((wallet) => readSubAccount(connection, wallet)))
  return accounts.some(({ positions }) => positions.some(({ base }) => base !== 0n))
}

async function readSubAccount(connection: Connection, { subAccount }: Trader): Promise<SubAccount> {
  const account = await connection.getAccountInfo(publicKey(subAccount), 'confirmed')
  return decodeSubAccount(account?.data ?? new Uint8Array())
}
