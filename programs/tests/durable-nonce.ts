/** A nonce account: what lets a transaction be signed today and sent in a month. */
import {
  Keypair,
  NONCE_ACCOUNT_LENGTH,
  NonceAccount,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js'
import type { Outcome, Svm } from './svm.ts'

const RENT = 10_000_000n

export class DurableNonce {
  private readonly svm: Svm
  private readonly account: Keypair

  /** A real one, made by the system program. */
  static create(svm: Svm): DurableNonce {
    const account = Keypair.generate()
    const create = SystemProgram.createNonceAccount({
      fromPubkey: svm.payer.publicKey,
      noncePubkey: account.publicKey,
      authorizedPubkey: svm.payer.publicKey,
      lamports: Number(RENT),
    })
    const outcome = svm.send(create.instructions, [account])
    if (!outcome.ok) throw new Error(outcome.logs.join('\n'))
    return new DurableNonce(svm, account)
  }

  private constructor(svm: Svm, account: Keypair) {
    this.svm = svm
    this.account = account
  }

  get value(): string {
    const found = this.svm.account(this.account.publicKey)
    if (found?.data.length !== NONCE_ACCOUNT_LENGTH) throw new Error('no nonce account')
    return NonceAccount.fromAccountData(found.data).nonce
  }

  /** Sends a transaction that lives by the nonce instead of a recent blockhash. */
  send(instruction: TransactionInstruction, signers: Keypair[]): Outcome {
    const advance = SystemProgram.nonceAdvance({
      noncePubkey: this.account.publicKey,
      authorizedPubkey: this.svm.payer.publicKey,
    })
    return this.svm.send([advance, instruction], signers, this.value)
  }
}
