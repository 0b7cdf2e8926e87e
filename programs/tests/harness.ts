/** A whole exchange in one LiteSVM: a venue with traders, orders, keepers and a pool. */
import { NATIVE_MINT } from '@solana/spl-token'
import { type AccountMeta, Keypair, type PublicKey } from '@solana/web3.js'
import { addresses, priceAccount, readonly, writable } from './addresses.ts'
import { LiquidityPool } from './liquidity-pool.ts'
import { exchangeParams, feedId, MARKETS, USD } from './params.ts'
import { type Accounts, type Fields, PROGRAM_ID, programElf } from './program.ts'
import { Svm } from './svm.ts'
import type { Trader } from './traders.ts'
import { type Call, type Receipt, succeeded } from './venue.ts'

export { addresses, type Call, priceAccount, type Receipt, readonly, succeeded, type Trader, writable }

export const START_TIME = 1_760_000_000

export type Side = 'buy' | 'sell'
/** A resting order named to a fill. */
export type Maker = { trader: Trader; orderId: bigint }

/** A limit order without anything else; tests change what matters. */
export const PLAIN_ORDER: Fields = {
  kind: { limit: {} },
  timeInForce: { goodTillCancel: {} },
  reduceOnly: false,
  postOnly: false,
  limitPrice: 0n,
  clientId: 0n,
  triggerDirection: { none: {} },
  triggerPrice: 0n,
  trailingDistance: 0n,
  pegOffset: null,
  expiresAt: 0n,
  groupId: 0,
  oneCancelsOther: false,
  parent: null,
}

export class World extends LiquidityPool {
  /** The program deployed and a USDC mint, nothing initialized. */
  static deployed(): World {
    const svm = Svm.create(START_TIME)
    const admin = Keypair.generate()
    svm.airdrop(admin.publicKey, 1_000_000_000_000n)
    const programData = svm.deploy(PROGRAM_ID, programElf, admin.publicKey)
    const world = new World(svm, { admin, usdcMint: Keypair.generate().publicKey, programData })
    world.createMint(world.usdcMint, 6)
    return world
  }

  /** Exchange, USDC and SOL vaults, the first markets with prices, and $1 000 000 of pool allocation in each. */
  static open(count = MARKETS.length, change: Fields = {}): World {
    const markets = MARKETS.slice(0, count)
    const world = World.deployed()
    world.done(
      'initializeExchange',
      { params: exchangeParams(world.admin.publicKey) },
      world.initializeExchangeAccounts(),
    )
    world.initializeVault(world.usdcMint, 0)
    world.initializeVault(NATIVE_MINT, 1, { feedId: feedId('SOL') })
    for (const [index, name] of markets.entries()) world.initializeMarket(name, index, change)
    if (markets.length === 0) return world
    world.publish()
    world.seedPool(BigInt(markets.length) * 1_000_000n * USD)
    for (const index of markets.keys()) world.allocate(index, 1_000_000n * USD)
    return world
  }

  /** An independent copy. */
  fork(): World {
    return new World(this.svm.fork(), this, this)
  }

  // Orders

  orderAccounts(trader: Trader, market: number): Accounts {
    return {
      trader: trader.keypair.publicKey,
      exchange: addresses.exchange,
      market: addresses.market(market),
      subAccount: trader.subAccount,
    }
  }

  /** Up to four orders at once; fields left out are those of a plain limit order. */
  place(trader: Trader, market: number, orders: Fields | Fields[], signer: Keypair = trader.keypair): Receipt {
    const args = { orders: [orders].flat().map((order) => ({ ...PLAIN_ORDER, ...order })) }
    const accounts = { ...this.orderAccounts(trader, market), trader: signer.publicKey }
    return this.call('placeOrder', args, accounts, { signers: [signer], remaining: this.marginAccounts(trader) })
  }

  open(trader: Trader, market: number, side: Side, size: bigint, limitPrice?: bigint): Receipt {
    const order = { side: { [side]: {} }, size, limitPrice: limitPrice ?? this.nearLimit(market, side), clientId: 0n }
    return this.call('openPosition', { order }, this.orderAccounts(trader, market), {
      signers: [trader.keypair],
      remaining: this.marginAccounts(trader),
    })
  }

  close(trader: Trader, market: number, fractionBps = 10_000, limitPrice?: bigint): Receipt {
    const base = this.position(trader, market).base
    const limit = limitPrice ?? this.farLimit(market, base > 0n ? 'sell' : 'buy')
    const order = { fractionBps, limitPrice: limit, clientId: 0n }
    return this.call('closePosition', { order }, this.orderAccounts(trader, market), { signers: [trader.keypair] })
  }

  /** As far beyond the oracle as the difference between initial margin and the mean pays, with the fee. */
  nearLimit(market: number, side: Side): bigint {
    const price = this.market(market).price.price
    return side === 'buy' ? (price * 1_009n) / 1_000n : (price * 991n) / 1_000n
  }

  /** Ten percent beyond the oracle. */
  farLimit(market: number, side: Side): bigint {
    const price = this.market(market).price.price
    return side === 'buy' ? (price * 11n) / 10n : (price * 9n) / 10n
  }

  executeAccounts(trader: Trader, market: number, keeper: Trader | null, priceUpdate: PublicKey | null): Accounts {
    return {
      keeper: this.admin.publicKey,
      exchange: addresses.exchange,
      market: addresses.market(market),
      subAccount: trader.subAccount,
      userAccount: trader.userAccount,
      keeperSubAccount: keeper?.subAccount ?? null,
      priceUpdate,
    }
  }

  /** Executes the newest order of a market with the price published now, against `makers` and then the pool. */
  execute(
    trader: Trader,
    market: number,
    options: { keeper?: Trader; orderId?: bigint; makers?: readonly Maker[] } = {},
  ): Receipt {
    const sub = this.subAccount(trader)
    const newest = sub.orders.filter((o) => o.inUse).toSorted((a, b) => Number(b.orderId - a.orderId))[0]
    const orderId = options.orderId ?? newest?.orderId ?? 0n
    const name = MARKETS[market]
    if (!name) throw new Error(`no market ${market}`)
    const accounts = this.executeAccounts(trader, market, options.keeper ?? null, priceAccount(name))
    const { makerOrderIds, remaining } = this.makerAccounts(trader, options.makers ?? [])
    return this.call('executeOrder', { orderId, makerOrderIds }, accounts, { signers: [this.admin], remaining })
  }

  /** The makers' sub-accounts first, then what the margin of everybody needs. */
  makerAccounts(trader: Trader, makers: readonly Maker[]): { makerOrderIds: bigint[]; remaining: AccountMeta[] } {
    const traders = makers.map((maker) => maker.trader)
    return {
      makerOrderIds: makers.map((maker) => maker.orderId),
      remaining: [...traders.map((maker) => writable(maker.subAccount)), ...this.marginAccounts(trader, ...traders)],
    }
  }

  /** A market order in, a second of time, and its fill. */
  enter(trader: Trader, market: number, side: Side, size: bigint, keeper?: Trader): Receipt {
    succeeded(this.open(trader, market, side, size))
    this.pass(1)
    return succeeded(this.execute(trader, market, keeper ? { keeper } : {}))
  }

  /** The same however far the pool's curve has moved: for traders rich enough to skew it. */
  push(trader: Trader, market: number, side: Side, size: bigint): Receipt {
    succeeded(this.open(trader, market, side, size, this.farLimit(market, side)))
    this.pass(1)
    return succeeded(this.execute(trader, market))
  }

  exit(trader: Trader, market: number, fractionBps = 10_000): Receipt {
    succeeded(this.close(trader, market, fractionBps))
    this.pass(1)
    return succeeded(this.execute(trader, market))
  }

  /** The whole position out, by as many fills as the pool needs. */
  leave(trader: Trader, market: number): void {
    succeeded(this.close(trader, market))
    while (this.subAccount(trader).positions.some((held) => held.marketIndex === market && held.base !== 0n)) {
      this.pass(1)
      succeeded(this.execute(trader, market))
    }
  }

  liquidate(trader: Trader, market: number, liquidator: Trader | null = null): Receipt {
    const args = { takeSize: 0n, makerOrderIds: [] }
    return this.call('liquidatePosition', args, this.liquidateAccounts(trader, market, liquidator), {
      signers: [this.admin],
      remaining: this.marginAccounts(trader),
    })
  }

  liquidateAccounts(trader: Trader, market: number, liquidator: Trader | null): Accounts {
    return {
      liquidator: this.admin.publicKey,
      exchange: addresses.exchange,
      market: addresses.market(market),
      subAccount: trader.subAccount,
      insurance: addresses.insurance,
      liquidatorSubAccount: liquidator?.subAccount ?? null,
    }
  }
}
