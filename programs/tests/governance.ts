/** What admins do: vaults and markets set up, changes announced and executed, risk tightened, fees collected. */
import { TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type Keypair, type PublicKey, SystemProgram } from '@solana/web3.js'
import { addresses } from './addresses.ts'
import { MARKET_STATUS, type MarketName, marketParams, symbolBytes, tokenVaultParams } from './params.ts'
import { type Accounts, changeHash, type Fields, PROGRAM_ID } from './program.ts'
import type { Svm } from './svm.ts'
import { type Receipt, succeeded, Venue } from './venue.ts'

/** What is tightened; left out is not touched. */
type Targets = { market?: number; tokenVault?: PublicKey }
type Keys = { admin: Keypair; usdcMint: PublicKey; programData: PublicKey }

export class Governance extends Venue {
  /** By index. */
  protected readonly vaultMints: PublicKey[]

  protected constructor(svm: Svm, keys: Keys, like?: Governance) {
    super(svm, keys, like)
    this.vaultMints = [...(like?.vaultMints ?? [])]
  }

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

  /** A vault as it shall be: all but the quote's start closed and are opened by a change. */
  initializeVault(mint: PublicKey, index: number, change: Fields = {}): void {
    const token = { depositCap: 10n ** 16n, initialWeightBps: 8_000, maintenanceWeightBps: 9_000 }
    const params = tokenVaultParams({ ...(index === 0 ? {} : token), ...change })
    const closed = index === 0 ? {} : { depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }
    const args = { index, params: { ...params, ...closed } }
    this.done('initializeTokenVault', args, this.initializeVaultAccounts(mint))
    this.vaultMints[index] = mint
    if (index !== 0) this.change({ tokenVault: [{ index, params }] })
  }

  vaultAddress(index: number): PublicKey {
    const mint = this.vaultMints[index]
    if (!mint) throw new Error(`no vault ${index}`)
    return addresses.tokenVault(mint)
  }

  initializeMarketAccounts(index: number): Accounts {
    return {
      admin: this.admin.publicKey,
      exchange: addresses.exchange,
      market: addresses.market(index),
      systemProgram: SystemProgram.programId,
    }
  }

  /** A market, activated. */
  initializeMarket(name: MarketName, index: number, change: Fields = {}): void {
    const params = marketParams(name, change)
    this.done('initializeMarket', { index, symbol: symbolBytes(name), params }, this.initializeMarketAccounts(index))
    this.change({ market: [{ index, status: MARKET_STATUS.active, params }] })
  }

  // Changes

  proposeAccounts(id: bigint, admin: PublicKey = this.admin.publicKey): Accounts {
    return {
      admin,
      exchange: addresses.exchange,
      change: addresses.change(id),
      systemProgram: SystemProgram.programId,
    }
  }

  /** Announces a change and returns its id. */
  propose(payload: Fields): bigint {
    const id = this.exchange().nextChangeId
    this.done('proposeChange', { payloadHash: changeHash(payload) }, this.proposeAccounts(id))
    return id
  }

  /** Accounts with those the payload changes. */
  executeChangeAccounts(id: bigint, payload: Fields): Accounts {
    const { market, tokenVault } = payload as {
      market?: [{ index: number }]
      tokenVault?: [{ index: number }]
    }
    return {
      admin: this.admin.publicKey,
      exchange: addresses.exchange,
      change: addresses.change(id),
      market: market ? addresses.market(market[0].index) : null,
      tokenVault: tokenVault ? this.vaultAddress(tokenVault[0].index) : null,
      insurance: 'insuranceFloor' in payload ? addresses.insurance : null,
    }
  }

  executeChange(id: bigint, payload: Fields): Receipt {
    return this.call('executeChange', { payload }, this.executeChangeAccounts(id, payload), { signers: [this.admin] })
  }

  /** Announces a change and executes it, where no timelock stands between. */
  change(payload: Fields): Receipt {
    return succeeded(this.executeChange(this.propose(payload), payload))
  }

  cancelChange(id: bigint, signer: Keypair = this.admin): Receipt {
    const accounts = { authority: signer.publicKey, exchange: addresses.exchange, change: addresses.change(id) }
    return this.call('cancelChange', {}, accounts, { signers: [signer] })
  }

  tightenRiskCall(
    args: Fields,
    targets: Targets,
    authority = this.admin.publicKey,
  ): { args: Fields; accounts: Accounts } {
    const nothing = {
      reduceOnly: false,
      openInterestCap: null,
      initialMarginBps: null,
      spreadPpm: null,
      depositCap: null,
      initialWeightBps: null,
    }
    const accounts = {
      authority,
      exchange: addresses.exchange,
      market: targets.market === undefined ? null : addresses.market(targets.market),
      tokenVault: targets.tokenVault === undefined ? null : addresses.tokenVault(targets.tokenVault),
    }
    return { args: { args: { ...nothing, ...args } }, accounts }
  }

  tightenRisk(args: Fields, targets: Targets, signer: Keypair = this.admin): Receipt {
    const call = this.tightenRiskCall(args, targets, signer.publicKey)
    return this.call('tightenRisk', call.args, call.accounts, { signers: [signer] })
  }

  collectFeesAccounts(market: number, treasurySubAccount: PublicKey): Accounts {
    return {
      exchange: addresses.exchange,
      market: addresses.market(market),
      insurance: addresses.insurance,
      pool: addresses.pool,
      quoteVault: addresses.tokenVault(this.usdcMint),
      treasurySubAccount,
    }
  }

  collectFees(market: number, treasurySubAccount: PublicKey): Receipt {
    return this.call('collectFees', {}, this.collectFeesAccounts(market, treasurySubAccount), {})
  }
}
