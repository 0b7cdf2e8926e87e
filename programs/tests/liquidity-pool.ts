/** The pool's requests and their execution. */
import { SystemProgram } from '@solana/web3.js'
import { addresses } from './addresses.ts'
import type { Accounts } from './program.ts'
import type { PoolTicketState } from './state.ts'
import { type Trader, Traders } from './traders.ts'
import { type Receipt, succeeded } from './venue.ts'

export class LiquidityPool extends Traders {
  /** The pool's first deposit, by a trader of its own. */
  seedPool(amount: bigint): Trader {
    const lp = this.trader(amount)
    succeeded(this.requestDeposit(lp, 1n, amount))
    this.pass(2)
    succeeded(this.mintShares(lp, 1n))
    return lp
  }

  allocateAccounts(index: number): Accounts {
    return {
      authority: this.admin.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      market: addresses.market(index),
    }
  }

  allocate(index: number, amount: bigint): Receipt {
    return this.done('allocatePool', { amount }, this.allocateAccounts(index))
  }

  requestDeposit(owner: Trader, ticketId: bigint, amount: bigint): Receipt {
    return this.call('depositToPool', { ticketId, amount }, this.requestAccounts(owner, ticketId), {
      signers: [owner.keypair],
      remaining: [...this.allMarkets(), ...this.marginAccounts(owner)],
    })
  }

  mintShares(owner: Trader, ticketId: bigint): Receipt {
    return this.call('mintPoolShares', {}, this.mintSharesAccounts(owner, ticketId), {
      signers: [this.admin],
      remaining: this.allMarkets(),
    })
  }

  requestExit(owner: Trader, ticketId: bigint, shares: bigint): Receipt {
    return this.call('requestPoolExit', { ticketId, shares }, this.requestAccounts(owner, ticketId), {
      signers: [owner.keypair],
      remaining: this.allMarkets(),
    })
  }

  exitPool(owner: Trader, ticketId: bigint): Receipt {
    return this.call('exitPool', {}, this.exitPoolAccounts(owner, ticketId), { remaining: this.allMarkets() })
  }

  /** Of a request to enter the pool, or to leave it. */
  requestAccounts(owner: Trader, ticketId: bigint): Accounts {
    return {
      authority: owner.keypair.publicKey,
      exchange: addresses.exchange,
      pool: addresses.pool,
      quoteVault: addresses.tokenVault(this.usdcMint),
      userAccount: owner.userAccount,
      subAccount: owner.subAccount,
      ticket: addresses.ticket(owner.keypair.publicKey, ticketId),
      systemProgram: SystemProgram.programId,
    }
  }

  mintSharesAccounts(owner: Trader, ticketId: bigint): Accounts {
    return { ...this.exitPoolAccounts(owner, ticketId), keeper: this.admin.publicKey }
  }

  exitPoolAccounts(owner: Trader, ticketId: bigint): Accounts {
    return {
      exchange: addresses.exchange,
      pool: addresses.pool,
      quoteVault: addresses.tokenVault(this.usdcMint),
      ticket: addresses.ticket(owner.keypair.publicKey, ticketId),
      owner: owner.keypair.publicKey,
      userAccount: owner.userAccount,
      subAccount: owner.subAccount,
    }
  }

  ticket(owner: Trader, id: bigint): PoolTicketState {
    return this.read('poolTicket', addresses.ticket(owner.keypair.publicKey, id))
  }
}
