/** The exchange without its traders: calls, mints, prices, and what its accounts say. */
import { AccountLayout, MintLayout, NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type AccountMeta, Keypair, PublicKey } from '@solana/web3.js'
import { addresses, priceAccount, readonly } from './addresses.ts'
import { feedId, MARKETS, type MarketName, START_PRICES } from './params.ts'
import { type PriceUpdate, priceUpdateData, RECEIVER } from './price-update.ts'
import {
  type Accounts,
  decodeAccount,
  decodeEvents,
  errorName,
  type Fields,
  instruction,
  type ProgramEvent,
} from './program.ts'
import type { ChangeState, ExchangeState, InsuranceState, MarketState, PoolState, TokenVaultState } from './state.ts'
import type { Outcome, Svm } from './svm.ts'

export type Call = { signers?: Keypair[]; remaining?: AccountMeta[] }
export type Receipt = Outcome & { events: ProgramEvent[] }
export type PriceOptions = Partial<
  Pick<PriceUpdate, 'price' | 'confidence' | 'emaPrice' | 'prevPublishTime' | 'publishTime'>
>

export class Venue {
  readonly svm: Svm
  readonly admin: Keypair
  readonly usdcMint: PublicKey
  readonly programData: PublicKey
  /** Every event since the program was deployed. */
  readonly log: ProgramEvent[]
  private readonly prices: Map<MarketName, bigint>
  private readonly published: Map<MarketName, number>

  /** `like`: the venue whose last prices this one goes on from. */
  protected constructor(svm: Svm, keys: { admin: Keypair; usdcMint: PublicKey; programData: PublicKey }, like?: Venue) {
    this.svm = svm
    this.admin = keys.admin
    this.usdcMint = keys.usdcMint
    this.programData = keys.programData
    this.log = [...(like?.log ?? [])]
    this.prices = new Map(like?.prices ?? (Object.entries(START_PRICES) as [MarketName, bigint][]))
    this.published = new Map(like?.published)
  }

  // Calls

  call(name: string, args: Fields, accounts: Accounts, { signers = [], remaining = [] }: Call = {}): Receipt {
    const outcome = this.svm.send(instruction(name, args, accounts, remaining), signers)
    const events = outcome.ok ? decodeEvents(outcome.inner) : []
    this.log.push(...events)
    return { ...outcome, events }
  }

  /** A call that must succeed. */
  done(name: string, args: Fields, accounts: Accounts, call: Call = { signers: [this.admin] }): Receipt {
    return succeeded(this.call(name, args, accounts, call))
  }
  // Mints

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

  /** Publishes and caches the price of one market, now; no vault's. */
  publishMarket(index: number, changes: Partial<Record<MarketName, bigint>> = {}): void {
    for (const [name, price] of Object.entries(changes) as [MarketName, bigint][]) this.prices.set(name, price)
    const name = MARKETS[index]
    if (!name) throw new Error(`no market ${index}`)
    const priceUpdate = this.publishPrice(name)
    this.done('updateOraclePrice', {}, { priceUpdate, market: addresses.market(index), tokenVault: null }, {})
  }

  /** Lets time pass, with new prices at its end. */
  pass(seconds: number, changes: Partial<Record<MarketName, bigint>> = {}): void {
    this.svm.setTime(this.svm.now + seconds)
    this.publish(changes)
  }

  price(name: MarketName): bigint {
    return this.prices.get(name) ?? START_PRICES[name]
  }
  allMarkets(): AccountMeta[] {
    return MARKETS.map((_, index) => readonly(addresses.market(index))).filter((meta) => this.svm.account(meta.pubkey))
  }

  // Reads

  protected read<T>(name: string, key: PublicKey): T {
    const account = this.svm.account(key)
    if (!account) throw new Error(`no ${name} at ${key.toBase58()}`)
    return decodeAccount<T>(name, account.data)
  }

  exchange(): ExchangeState {
    return this.read('exchange', addresses.exchange)
  }

  proposal(id: bigint): ChangeState {
    return this.read('change', addresses.change(id))
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
}

export function succeeded(receipt: Receipt): Receipt {
  if (!receipt.ok) throw new Error(`${errorName(receipt.errorCode)}\n${receipt.logs.slice(0, -1).join('\n')}`)
  return receipt
}
