/** LiteSVM (the real SVM, in process) spoken to with web3.js objects. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import {
  Keypair,
  PublicKey,
  Transaction,
  type TransactionInstruction,
  type VersionedTransaction,
} from '@solana/web3.js'
import { FailedTransactionMetadata, LiteSVM } from 'litesvm'

/** LiteSVM's branded forms of what web3.js has checked already. */
type Address = Parameters<LiteSVM['getAccount']>[0]
type Lamports = Parameters<LiteSVM['airdrop']>[1]
type SignedTransaction = Parameters<LiteSVM['sendTransaction']>[0]

const address = (key: PublicKey): Address => key.toBase58() as Address
const lamports = (amount: bigint): Lamports => amount as Lamports

export type AccountData = { owner: PublicKey; data: Buffer; lamports: bigint }

export type Outcome = {
  ok: boolean
  /** Number of the program's own error, when it failed with one. */
  errorCode: number | null
  logs: string[]
  computeUnits: number
  /** Data of every inner instruction, in order: events are among them. */
  inner: Buffer[]
}

const LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111')

export class Svm {
  readonly payer: Keypair
  private readonly svm: LiteSVM

  private constructor(svm: LiteSVM, payer: Keypair) {
    this.svm = svm
    this.payer = payer
  }

  static create(now: number): Svm {
    const svm = new Svm(new LiteSVM().withTransactionHistory(0n).withNativeMints(), Keypair.generate())
    svm.airdrop(svm.payer.publicKey, 1_000_000_000_000n)
    svm.setTime(now)
    return svm
  }

  /** An independent copy: tests of one file start from one prepared state. */
  fork(): Svm {
    return new Svm(LiteSVM.fromBytes(this.svm.toBytes()), this.payer)
  }

  /** The whole state, for another LiteSVM to go on from. */
  snapshot(): Uint8Array {
    return this.svm.toBytes()
  }

  get now(): number {
    return Number(this.svm.getClock().unixTimestamp)
  }

  setTime(now: number): void {
    const clock = this.svm.getClock()
    clock.unixTimestamp = BigInt(now)
    this.svm.setClock(clock)
  }

  airdrop(key: PublicKey, amount: bigint): void {
    this.svm.airdrop(address(key), lamports(amount))
  }

  balance(key: PublicKey): bigint {
    return this.svm.getBalance(address(key)) ?? 0n
  }

  account(key: PublicKey): AccountData | null {
    const account = this.svm.getAccount(address(key))
    if (!account.exists || account.lamports === 0n) return null
    return { owner: new PublicKey(account.programAddress), data: Buffer.from(account.data), lamports: account.lamports }
  }

  programAccounts(owner: PublicKey): { key: PublicKey; data: Buffer }[] {
    return this.svm
      .getProgramAccounts(address(owner))
      .map((account) => ({ key: new PublicKey(account.address), data: Buffer.from(account.data) }))
  }

  setAccount(key: PublicKey, owner: PublicKey, data: Uint8Array, options: { executable?: boolean } = {}): void {
    this.svm.setAccount({
      address: address(key),
      programAddress: address(owner),
      data,
      executable: options.executable ?? false,
      lamports: lamports(this.svm.minimumBalanceForRentExemption(BigInt(data.length))),
      space: BigInt(data.length),
    })
  }

  /** A program as the upgradeable loader leaves it, so that its upgrade authority can prove itself. */
  deploy(programId: PublicKey, elf: Uint8Array, upgradeAuthority: PublicKey): PublicKey {
    const [programData] = PublicKey.findProgramAddressSync([programId.toBuffer()], LOADER)
    const header = Buffer.alloc(45)
    header.writeUInt32LE(3, 0)
    header.writeUInt8(1, 12)
    upgradeAuthority.toBuffer().copy(header, 13)
    this.setAccount(programData, LOADER, Buffer.concat([header, elf]))
    const program = Buffer.alloc(36)
    program.writeUInt32LE(2, 0)
    programData.toBuffer().copy(program, 4)
    this.setAccount(programId, LOADER, program, { executable: true })
    this.svm.warpToSlot(this.svm.getClock().slot + 2n)
    return programData
  }

  /** `durableNonce`: takes the place of a recent blockhash; the first instruction must advance it. */
  send(
    instructions: TransactionInstruction | TransactionInstruction[],
    signers: Keypair[] = [],
    durableNonce?: string,
  ): Outcome {
    const transaction = new Transaction().add(...[instructions].flat())
    transaction.feePayer = this.payer.publicKey
    transaction.recentBlockhash = durableNonce ?? this.svm.latestBlockhash()
    return this.submit(signed(transaction, [this.payer, ...signers]))
  }

  get blockhash(): string {
    return this.svm.latestBlockhash()
  }

  /** One that its payer has signed by himself. */
  sendSigned({ message, signatures }: VersionedTransaction): Outcome {
    const byKey = signatures.map((signature, at) => [message.staticAccountKeys[at]?.toBase58(), signature])
    const form = { messageBytes: message.serialize(), signatures: Object.fromEntries(byKey) }
    return this.submit(form as unknown as SignedTransaction)
  }

  private submit(transaction: SignedTransaction): Outcome {
    const result = this.svm.sendTransaction(transaction)
    this.svm.expireBlockhash()
    const failed = result instanceof FailedTransactionMetadata
    const meta = failed ? result.meta() : result
    const logs = meta.logs()
    return {
      ok: !failed,
      errorCode: failed ? errorCodeOf(logs, result.toString()) : null,
      logs: failed ? [...logs, result.toString()] : logs,
      computeUnits: Number(meta.computeUnitsConsumed()),
      inner: meta
        .innerInstructions()
        .flat()
        .map((inner) => Buffer.from(inner.instruction().data())),
    }
  }
}

/** Signed by Node's crypto: web3.js signs and verifies in JavaScript, which takes longer than the rest of a test. */
function signed(transaction: Transaction, signers: Keypair[]): SignedTransaction {
  const messageBytes = transaction.serializeMessage()
  const required = transaction.compileMessage()
  const signatures = required.accountKeys.slice(0, required.header.numRequiredSignatures).map((key) => {
    const signer = signers.find(({ publicKey }) => publicKey.equals(key))
    return [key.toBase58(), signer ? sign(null, messageBytes, privateKey(signer)) : null] as const
  })
  return { messageBytes, signatures: Object.fromEntries(signatures) } as unknown as SignedTransaction
}

/** What precedes the 32 bytes of an Ed25519 seed in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const privateKeys = new WeakMap<Keypair, KeyObject>()

function privateKey(keypair: Keypair): KeyObject {
  const known = privateKeys.get(keypair)
  if (known) return known
  const key = Buffer.concat([PKCS8_ED25519, keypair.secretKey.subarray(0, 32)])
  const made = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  privateKeys.set(keypair, made)
  return made
}

function errorCodeOf(logs: string[], text: string): number | null {
  const hex = /custom program error: 0x([0-9a-f]+)/i.exec(logs.join('\n'))
  if (hex?.[1]) return Number.parseInt(hex[1], 16)
  const decimal = /Custom\((\d+)\)/.exec(text)
  return decimal?.[1] ? Number(decimal[1]) : null
}
