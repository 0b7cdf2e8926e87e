/** Wallets with sub-accounts: what they deposit, withdraw and hold. */
import { NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type AccountMeta, Keypair, PublicKey, SystemProgram } from '@solana/web3.js'
import { addresses, readonly } from './addresses.ts'
import { Governance } from './governance.ts'
import { BASE } from './params.ts'
import type { Accounts, Fields } from './program.ts'
import type { PositionState, SubAccountState, UserAccountState } from './state.ts'
import type { Receipt } from './venue.ts'

export type Trader = { keypair: Keypair; userAccount: PublicKey; subAccount: PublicKey; usdc: PublicKey }

export class Traders extends Governance {
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

  /** The next sub-account of the same wallet. */
  addSubAccount(trader: Trader): Trader {
    const authority = trader.keypair.publicKey
    const id = this.userAccount(trader).nextSubAccountId
    const subAccount = addresses.subAccount(authority, id)
    const accounts = { authority, userAccount: trader.userAccount, subAccount, systemProgram: SystemProgram.programId }
    this.done('createSubAccount', { id }, accounts, { signers: [trader.keypair] })
    return { ...trader, subAccount }
  }

  /** Deposits tokens out of thin air. */
  deposit(trader: Trader, amount: bigint, mint: PublicKey = this.usdcMint): Receipt {
    const userTokens = this.createTokens(mint, trader.keypair.publicKey, amount)
    const accounts = { ...this.depositAccounts(trader, mint), userTokens }
    return this.call('depositTokens', { amount }, accounts, { signers: [trader.keypair] })
  }

  /** USDC goes to the trader's token account, other tokens to a new one. */
  withdraw(trader: Trader, amount: bigint, mint: PublicKey = this.usdcMint): Receipt {
    const isUsdc = mint.equals(this.usdcMint)
    const userTokens = isUsdc ? trader.usdc : this.createTokens(mint, trader.keypair.publicKey, 0n)
    const accounts = { ...this.withdrawAccounts(trader, mint), userTokens }
    return this.call('withdrawTokens', { amount }, accounts, {
      signers: [trader.keypair],
      remaining: this.marginAccounts(trader),
    })
  }

  withdrawSol(trader: Trader, lamports: bigint): Receipt {
    return this.call('withdrawNativeSol', { lamports }, this.nativeWithdrawAccounts(trader), {
      signers: [trader.keypair],
      remaining: this.marginAccounts(trader),
    })
  }

  transfer(from: Trader, to: Trader, amount: bigint, mint: PublicKey = this.usdcMint): Receipt {
    return this.call('transferCollateral', { amount }, this.transferAccounts(from, to, mint), {
      signers: [from.keypair],
      remaining: this.marginAccounts(from),
    })
  }

  transferAccounts(from: Trader, to: Trader, mint: PublicKey = this.usdcMint): Accounts {
    return {
      authority: from.keypair.publicKey,
      from: from.subAccount,
      to: to.subAccount,
      tokenVault: addresses.tokenVault(mint),
    }
  }

  depositAccounts(trader: Trader, mint: PublicKey = this.usdcMint): Accounts {
    return {
      authority: trader.keypair.publicKey,
      subAccount: trader.subAccount,
      tokenVault: addresses.tokenVault(mint),
      vaultTokens: addresses.vaultTokens(mint),
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

  withdrawAccounts(trader: Trader, mint: PublicKey = this.usdcMint): Accounts {
    return { ...this.depositAccounts(trader, mint), exchange: addresses.exchange, userAccount: trader.userAccount }
  }

  nativeWithdrawAccounts(trader: Trader): Accounts {
    return {
      ...this.nativeDepositAccounts(trader),
      exchange: addresses.exchange,
      userAccount: trader.userAccount,
      unwrapped: addresses.unwrap(trader.subAccount),
      nativeMint: NATIVE_MINT,
    }
  }

  /** Delegate and isolated lock, as they shall be; nothing named takes both away. */
  updateSubAccount(trader: Trader, settings: Fields): Receipt {
    const none = {
      delegate: PublicKey.default,
      delegateExpiresAt: 0n,
      delegateBudget: 0n,
      isolatedMarket: null,
    }
    return this.call(
      'updateSubAccount',
      { settings: { ...none, ...settings } },
      this.updateSubAccountAccounts(trader),
      {
        signers: [trader.keypair],
      },
    )
  }

  updateSubAccountAccounts(trader: Trader): Accounts {
    return { authority: trader.keypair.publicKey, exchange: addresses.exchange, subAccount: trader.subAccount }
  }

  /** Markets and vaults that the margin checks of these sub-accounts read, each once. */
  marginAccounts(...traders: Trader[]): AccountMeta[] {
    const held = traders.flatMap((trader) => this.subAccount(trader).positions.filter((p) => p.inUse))
    const markets = [...new Set(held.map((p) => p.marketIndex))]
    return [...markets.map(addresses.market).map(readonly), ...this.vaultsOf(...traders)]
  }

  /** The vaults of the tokens they hold, besides the quote's. */
  vaultsOf(...traders: Trader[]): AccountMeta[] {
    const held = traders.flatMap((trader) => this.subAccount(trader).collaterals.filter((c) => c.inUse))
    const vaults = [...new Set(held.map((c) => c.vaultIndex))].filter((index) => index !== 0)
    return vaults.map((index) => readonly(this.vaultAddress(index)))
  }

  /** Native units of the token held. */
  balance(trader: Trader, vaultIndex: number): bigint {
    const held = this.subAccount(trader).collaterals.find((c) => c.inUse && c.vaultIndex === vaultIndex)
    return held?.amount ?? 0n
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

  position(trader: Trader, market: number): PositionState {
    const found = this.subAccount(trader).positions.find((p) => p.inUse && p.marketIndex === market)
    if (!found) throw new Error(`no position in market ${market}`)
    return found
  }
}
