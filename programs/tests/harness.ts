/** A whole exchange in one LiteSVM: a venue with traders, orders, keepers and a pool. */
import { NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type AccountMeta, Keypair, type PublicKey, SystemProgram } from '@solana/web3.js'
import { addresses, priceAccount, readonly } from './addresses.ts'
import { BASE, exchangeParams, feedId, MARKETS, USD } from './params.ts'
import { type Accounts, type Fields, PROGRAM_ID, programElf } from './program.ts'
import type { SubAccountState, UserAccountState } from './state.ts'
import { Svm } from './svm.ts'
import { type Call, type Receipt, succeeded, Venue } from './venue.ts'

export { addresses, type Call, priceAccount, type Receipt, readonly, succeeded }

export const START_TIME = 1_760_000_000

export type Trader = { keypair: Keypair; userAccount: PublicKey; subAccount: PublicKey; usdc: PublicKey }
export type Side = 'buy' | 'sell'

export class World extends Venue {
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
    world.initializeVault(NATIVE_MINT, 1, {
      feedId: feedId('SOL'),
      initialWeightBps: 8_000,
      maintenanceWeightBps: 9_000,
    })
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

  // Pool

  seedPool(amount: bigint): Trader {
    const lp = this.trader(amount)
    this.done('depositToPool', { ticketId: 1n, amount }, this.depositToPoolAccounts(lp, 1n), { signers: [lp.keypair] })
    this.pass(2)
    this.done('mintPoolShares', {}, this.mintSharesAccounts(lp, 1n), {
      signers: [this.admin],
      remaining: this.allMarkets(),
    })
    return lp
  }

  allocate(index: number, amount: bigint): Receipt {
    return this.done(
      'allocatePool',
      { amount },
      {
        authority: this.admin.publicKey,
        exchange: addresses.exchange,
        pool: addresses.pool,
        market: addresses.market(index),
      },
    )
  }

  depositToPoolAccounts(owner: Trader, ticketId: bigint): Accounts {
    return {
      authority: owner.keypair.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      userAccount: owner.userAccount,
      subAccount: owner.subAccount,
      ticket: addresses.ticket(owner.keypair.publicKey, ticketId),
      systemProgram: SystemProgram.programId,
    }
  }

  mintSharesAccounts(owner: Trader, ticketId: bigint): Accounts {
    return {
      keeper: this.admin.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      ticket: addresses.ticket(owner.keypair.publicKey, ticketId),
      owner: owner.keypair.publicKey,
      userAccount: owner.userAccount,
      subAccount: owner.subAccount,
    }
  }

  // Traders

  /** A funded wallet with a sub-account that holds `usdc` and `sol`. */
  trader(usdc: bigint, sol = 0n): Trader {
    const keypair = Keypair.generate()
    const authority = keypair.publicKey
    this.svm.airdrop(authority, 100n * BASE + sol)
    const trader = {
      keypair,
      userAccount: addresses.userAccount(authority),
      subAccount: addresses.subAccount(authority, 0),
      usdc: this.createTokens(this.usdcMint, authority, usdc),
    }
    const signers = [keypair]
    const system = { authority, userAccount: trader.userAccount, systemProgram: SystemProgram.programId }
    this.done('createUserAccount', {}, system, { signers })
    this.done('createSubAccount', { id: 0 }, { ...system, subAccount: trader.subAccount }, { signers })
    if (usdc > 0n) this.done('depositTokens', { amount: usdc }, this.depositAccounts(trader), { signers })
    if (sol > 0n) this.done('depositNativeSol', { lamports: sol }, this.nativeDepositAccounts(trader), { signers })
    return trader
  }

  depositAccounts(trader: Trader): Accounts {
    return {
      authority: trader.keypair.publicKey,
      subAccount: trader.subAccount,
      tokenVault: addresses.tokenVault(this.usdcMint),
      vaultTokens: addresses.vaultTokens(this.usdcMint),
      userTokens: trader.usdc,
      tokenProgram: TOKEN_PROGRAM_ID,
    }
  }

  nativeDepositAccounts(trader: Trader): Accounts {
    return {
      authority: trader.keypair.publicKey,
      subAccount: trader.subAccount,
      tokenVault: addresses.tokenVault(NATIVE_MINT),
      vaultTokens: addresses.vaultTokens(NATIVE_MINT),
      tokenProgram: TOKEN_PROGRAM_ID,
      systemProgram: SystemProgram.programId,
    }
  }

  withdrawAccounts(trader: Trader): Accounts {
    return { ...this.depositAccounts(trader), exchange: addresses.exchange }
  }

  nativeWithdrawAccounts(trader: Trader): Accounts {
    return {
      ...this.nativeDepositAccounts(trader),
      exchange: addresses.exchange,
      unwrapped: addresses.unwrap(trader.subAccount),
      nativeMint: NATIVE_MINT,
    }
  }

  /** Markets and vaults a margin check of this sub-account reads. */
  marginAccounts(trader: Trader): AccountMeta[] {
    const sub = this.subAccount(trader)
    const markets = sub.positions.filter((p) => p.inUse).map((p) => addresses.market(p.marketIndex))
    const vaults = sub.collaterals
      .filter((c) => c.inUse && c.vaultIndex === 1)
      .map(() => addresses.tokenVault(NATIVE_MINT))
    return [...markets, ...vaults].map(readonly)
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

  place(trader: Trader, market: number, order: Fields, signer: Keypair = trader.keypair): Receipt {
    const args = {
      kind: { limit: {} },
      timeInForce: { goodTillCancel: {} },
      reduceOnly: false,
      postOnly: false,
      limitPrice: 0n,
      clientId: 0n,
      ...order,
    }
    const accounts = { ...this.orderAccounts(trader, market), trader: signer.publicKey }
    return this.call('placeOrder', { order: args }, accounts, {
      signers: [signer],
      remaining: this.marginAccounts(trader),
    })
  }

  open(trader: Trader, market: number, side: Side, size: bigint, limitPrice?: bigint): Receipt {
    const order = { side: { [side]: {} }, size, limitPrice: limitPrice ?? this.farLimit(market, side), clientId: 0n }
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
      keeperSubAccount: keeper?.subAccount ?? null,
      priceUpdate,
    }
  }

  /** Executes the newest order of a market with the price published now. */
  execute(trader: Trader, market: number, options: { keeper?: Trader; orderId?: bigint } = {}): Receipt {
    const sub = this.subAccount(trader)
    const newest = sub.orders.filter((o) => o.inUse).toSorted((a, b) => Number(b.orderId - a.orderId))[0]
    const orderId = options.orderId ?? newest?.orderId ?? 0n
    const name = MARKETS[market]
    if (!name) throw new Error(`no market ${market}`)
    const accounts = this.executeAccounts(trader, market, options.keeper ?? null, priceAccount(name))
    return this.call('executeOrder', { orderId }, accounts, {
      signers: [this.admin],
      remaining: this.marginAccounts(trader),
    })
  }

  /** A market order in, a second of time, and its fill. */
  enter(trader: Trader, market: number, side: Side, size: bigint, keeper?: Trader): Receipt {
    succeeded(this.open(trader, market, side, size))
    this.pass(1)
    return succeeded(this.execute(trader, market, keeper ? { keeper } : {}))
  }

  exit(trader: Trader, market: number, fractionBps = 10_000): Receipt {
    succeeded(this.close(trader, market, fractionBps))
    this.pass(1)
    return succeeded(this.execute(trader, market))
  }

  liquidate(trader: Trader, market: number, liquidator: Trader | null = null): Receipt {
    return this.call('liquidatePosition', {}, this.liquidateAccounts(trader, market, liquidator), {
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
  userAccount(trader: Trader): UserAccountState {
    return this.read('userAccount', trader.userAccount)
  }

  subAccount(trader: Trader): SubAccountState {
    return this.read('subAccount', trader.subAccount)
  }

  quoteBalance(trader: Trader): bigint {
    return this.subAccount(trader).collaterals[0]?.amount ?? 0n
  }

  position(trader: Trader, market: number): SubAccountState['positions'][number] {
    const found = this.subAccount(trader).positions.find((p) => p.inUse && p.marketIndex === market)
    if (!found) throw new Error(`no position in market ${market}`)
    return found
  }
}
