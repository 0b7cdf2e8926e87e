/** A whole exchange in one LiteSVM: mints, prices, traders, orders, keepers. */
import { AccountLayout, MintLayout, NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type AccountMeta, Keypair, PublicKey, SystemProgram } from '@solana/web3.js'
import {
  BASE,
  exchangeParams,
  feedId,
  MARKETS,
  type MarketName,
  marketParams,
  START_PRICES,
  symbolBytes,
  tokenVaultParams,
  USD,
} from './params.ts'
import { type PriceUpdate, priceUpdateData, RECEIVER } from './price-update.ts'
import {
  type Accounts,
  decodeAccount,
  decodeEvents,
  errorName,
  type Fields,
  instruction,
  PROGRAM_ID,
  type ProgramEvent,
  pda,
  programElf,
  u16,
  u64,
} from './program.ts'
import type { InsuranceState, MarketState, PoolState, SubAccountState, TokenVaultState, UserAccountState } from './state.ts'
import { type Outcome, Svm } from './svm.ts'

export const START_TIME = 1_760_000_000

export type Trader = { keypair: Keypair; userAccount: PublicKey; subAccount: PublicKey; usdc: PublicKey }
export type Call = { signers?: Keypair[]; remaining?: AccountMeta[] }
export type Receipt = Outcome & { events: ProgramEvent[] }
export type Side = 'buy' | 'sell'
export type PriceOptions = Partial<Pick<PriceUpdate, 'confidence' | 'emaPrice' | 'prevPublishTime' | 'publishTime'>>

export const addresses = {
  exchange: pda('exchange'),
  pool: pda('pool'),
  insurance: pda('insurance'),
  tokenVault: (mint: PublicKey) => pda('token_vault', mint),
  vaultTokens: (mint: PublicKey) => pda('vault_tokens', mint),
  market: (index: number) => pda('market', u16(index)),
  userAccount: (authority: PublicKey) => pda('user', authority),
  subAccount: (authority: PublicKey, id: number) => pda('sub_account', authority, u16(id)),
  ticket: (owner: PublicKey, id: bigint) => pda('pool_ticket', owner, u64(id)),
  unwrap: (subAccount: PublicKey) => pda('unwrap', subAccount),
}

export class World {
  readonly svm: Svm
  readonly admin: Keypair
  readonly usdcMint: PublicKey
  readonly programData: PublicKey
  private readonly prices: Map<MarketName, bigint>
  private readonly published = new Map<MarketName, number>()

  private constructor(svm: Svm, admin: Keypair, usdcMint: PublicKey, programData: PublicKey) {
    this.svm = svm
    this.admin = admin
    this.usdcMint = usdcMint
    this.programData = programData
    this.prices = new Map(Object.entries(START_PRICES) as [MarketName, bigint][])
  }

  /** The program deployed and a USDC mint, nothing initialized. */
  static deployed(): World {
    const svm = Svm.create(START_TIME)
    const admin = Keypair.generate()
    svm.airdrop(admin.publicKey, 1_000_000_000_000n)
    const programData = svm.deploy(PROGRAM_ID, programElf, admin.publicKey)
    const world = new World(svm, admin, Keypair.generate().publicKey, programData)
    world.createMint(world.usdcMint, 6)
    return world
  }

  /** Exchange, USDC and SOL vaults, every market with prices, and $1 000 000 of pool allocation in each. */
  static open(markets: readonly MarketName[] = MARKETS): World {
    const world = World.deployed()
    world.done('initializeExchange', { params: exchangeParams(world.admin.publicKey) }, world.initializeExchangeAccounts())
    world.initializeVault(world.usdcMint, 0)
    world.initializeVault(NATIVE_MINT, 1, {
      feedId: feedId('SOL'),
      initialWeightBps: 8_000,
      maintenanceWeightBps: 9_000,
    })
    for (const [index, name] of markets.entries()) world.initializeMarket(name, index)
    if (markets.length === 0) return world
    world.publish()
    world.seedPool(BigInt(markets.length) * 1_000_000n * USD)
    for (const index of markets.keys()) world.allocate(index, 1_000_000n * USD)
    return world
  }

  fork(): World {
    const copy = new World(this.svm.fork(), this.admin, this.usdcMint, this.programData)
    for (const [name, price] of this.prices) copy.prices.set(name, price)
    for (const [name, time] of this.published) copy.published.set(name, time)
    return copy
  }

  // Calls

  call(name: string, args: Fields, accounts: Accounts, { signers = [], remaining = [] }: Call = {}): Receipt {
    const outcome = this.svm.send(instruction(name, args, accounts, remaining), signers)
    return { ...outcome, events: decodeEvents(outcome.inner) }
  }

  /** A call that must succeed. */
  done(name: string, args: Fields, accounts: Accounts, call: Call = { signers: [this.admin] }): Receipt {
    return succeeded(this.call(name, args, accounts, call))
  }

  // Set-up

  initializeExchangeAccounts(): Accounts {
    return {
      upgradeAuthority: this.admin.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      insurance: addresses.insurance,
      quoteMint: this.usdcMint,
      perps: PROGRAM_ID,
      programData: this.programData,
      systemProgram: SystemProgram.programId,
    }
  }

  createMint(mint: PublicKey, decimals: number): void {
    const data = Buffer.alloc(MintLayout.span)
    MintLayout.encode(
      {
        mintAuthorityOption: 1,
        mintAuthority: this.admin.publicKey,
        supply: 10n ** 18n,
        decimals,
        isInitialized: true,
        freezeAuthorityOption: 0,
        freezeAuthority: PublicKey.default,
      },
      data,
    )
    this.svm.setAccount(mint, TOKEN_PROGRAM_ID, data)
  }

  /** A token account that holds `amount`, out of thin air. */
  createTokens(mint: PublicKey, owner: PublicKey, amount: bigint): PublicKey {
    const key = Keypair.generate().publicKey
    const data = Buffer.alloc(AccountLayout.span)
    AccountLayout.encode(
      {
        mint,
        owner,
        amount,
        delegateOption: 0,
        delegate: PublicKey.default,
        state: 1,
        isNativeOption: 0,
        isNative: 0n,
        delegatedAmount: 0n,
        closeAuthorityOption: 0,
        closeAuthority: PublicKey.default,
      },
      data,
    )
    this.svm.setAccount(key, TOKEN_PROGRAM_ID, data)
    return key
  }

  tokens(account: PublicKey): bigint {
    const found = this.svm.account(account)
    return found ? AccountLayout.decode(found.data).amount : 0n
  }

  initializeVaultAccounts(mint: PublicKey): Accounts {
    return {
      admin: this.admin.publicKey,
      exchange: addresses.exchange,
      mint,
      tokenVault: addresses.tokenVault(mint),
      vaultTokens: addresses.vaultTokens(mint),
      tokenProgram: TOKEN_PROGRAM_ID,
      systemProgram: SystemProgram.programId,
    }
  }

  initializeVault(mint: PublicKey, index: number, change: Fields = {}): void {
    this.done('initializeTokenVault', { index, params: tokenVaultParams(change) }, this.initializeVaultAccounts(mint))
  }

  initializeMarketAccounts(index: number): Accounts {
    return {
      admin: this.admin.publicKey,
      exchange: addresses.exchange,
      market: addresses.market(index),
      systemProgram: SystemProgram.programId,
    }
  }

  initializeMarket(name: MarketName, index: number, change: Fields = {}): void {
    const args = { index, symbol: symbolBytes(name), params: marketParams(name, change) }
    this.done('initializeMarket', args, this.initializeMarketAccounts(index))
  }

  /** The pool's first deposit, by a trader of its own. */
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
    return this.done('allocatePool', { amount }, {
      authority: this.admin.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      market: addresses.market(index),
    })
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

  allMarkets(): AccountMeta[] {
    return MARKETS.map((_, index) => readonly(addresses.market(index))).filter((meta) => this.svm.account(meta.pubkey))
  }

  // Prices

  /** Writes a price update and returns its account. */
  publishPrice(name: MarketName, options: PriceOptions = {}): PublicKey {
    const key = priceAccount(name)
    const publishTime = options.publishTime ?? this.svm.now
    const prevPublishTime = options.prevPublishTime ?? this.published.get(name) ?? publishTime - 1
    const update = { feedId: feedId(name), price: this.price(name), ...options, publishTime, prevPublishTime }
    this.svm.setAccount(key, RECEIVER, priceUpdateData(update))
    this.published.set(name, publishTime)
    return key
  }

  /** Publishes and caches the prices of every market, now; SOL's also as collateral. */
  publish(changes: Partial<Record<MarketName, bigint>> = {}, options: PriceOptions = {}): void {
    for (const [name, price] of Object.entries(changes) as [MarketName, bigint][]) this.prices.set(name, price)
    for (const [index, name] of MARKETS.entries()) {
      const market = addresses.market(index)
      if (!this.svm.account(market)) continue
      const priceUpdate = this.publishPrice(name, options)
      const tokenVault = name === 'SOL' ? addresses.tokenVault(NATIVE_MINT) : null
      this.done('updateOraclePrice', {}, { priceUpdate, market, tokenVault }, {})
    }
  }

  /** Lets time pass, with new prices at its end. */
  pass(seconds: number, changes: Partial<Record<MarketName, bigint>> = {}): void {
    this.svm.setTime(this.svm.now + seconds)
    this.publish(changes)
  }

  price(name: MarketName): bigint {
    return this.prices.get(name) ?? START_PRICES[name]
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
    const vaults = sub.collaterals.filter((c) => c.inUse && c.vaultIndex === 1).map(() => addresses.tokenVault(NATIVE_MINT))
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
    return this.call('placeOrder', { order: args }, accounts, { signers: [signer], remaining: this.marginAccounts(trader) })
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
    const orderId = options.orderId ?? sub.orders.filter((o) => o.inUse).reduce((id, o) => (o.orderId > id ? o.orderId : id), 0n)
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

  // Reads

  private read<T>(name: string, key: PublicKey): T {
    const account = this.svm.account(key)
    if (!account) throw new Error(`no ${name} at ${key.toBase58()}`)
    return decodeAccount<T>(name, account.data)
  }

  market(index: number): MarketState {
    return this.read('market', addresses.market(index))
  }

  vault(mint: PublicKey = this.usdcMint): TokenVaultState {
    return this.read('tokenVault', addresses.tokenVault(mint))
  }

  pool(): PoolState {
    return this.read('pool', addresses.pool)
  }

  insurance(): InsuranceState {
    return this.read('insurance', addresses.insurance)
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

export function readonly(pubkey: PublicKey): AccountMeta {
  return { pubkey, isSigner: false, isWritable: false }
}

const priceAccounts = new Map<MarketName, PublicKey>()

export function priceAccount(name: MarketName): PublicKey {
  const known = priceAccounts.get(name) ?? Keypair.generate().publicKey
  priceAccounts.set(name, known)
  return known
}

export function succeeded(receipt: Receipt): Receipt {
  if (!receipt.ok) throw new Error(`${errorName(receipt.errorCode)}\n${receipt.logs.slice(0, -1).join('\n')}`)
  return receipt
}
