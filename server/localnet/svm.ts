/**
 * The virtual machine: LiteSVM's native class. Its JavaScript wrapper would decode and encode every transaction once
 * more; we hold checked wire bytes already (wire.ts).
 */
import {
  Clock as ClockSysvar,
  type FailedTransactionMetadata,
  LiteSvm,
  Account as SvmAccount,
  type TransactionMetadata,
} from 'litesvm/dist/internal.js'
import type { Account } from './accounts.ts'
import { type Address, addressBytes, toAddress } from './base58.ts'
import { type TransactionError, transactionError } from './transaction-error.ts'

export type InnerInstruction = { programIndex: number; accounts: Uint8Array; data: Uint8Array; stackHeight: number }

export type Execution = {
  error: TransactionError | null
  logs: string[]
  computeUnits: number
  /** Calls made by the instruction at `index`, in order. */
  inner: { index: number; instructions: InnerInstruction[] }[]
  returnData: { program: Address; data: Uint8Array } | null
}

export type Simulation = Execution & { accounts: ReadonlyMap<Address, Account> }

export type ChainClock = { slot: number; unixTime: number; epoch: number; epochStartTime: number }

export type Svm = ReturnType<typeof createSvm>

export function createSvm() {
  const svm = new LiteSvm()
  svm.withNativeMints()
  // Slots, recent blockhashes and repeated transactions are the ledger's business.
  svm.setBlockhashCheck(false)
  svm.setTransactionHistory(0n)

  return {
    account(address: Address): Account | undefined {
      const found = svm.getAccount(addressBytes(address))
      return found === null ? undefined : toAccount(found)
    },

    programAccounts(owner: Address): [Address, Account][] {
      return svm
        .getProgramAccounts(addressBytes(owner))
        .map((entry) => [toAddress(entry.address), toAccount(entry.account())])
    },

    /** @throws Error when the account is an executable that does not load. */
    setAccount(address: Address, account: Account | undefined): void {
      const { lamports, data, owner, executable } = account ?? NO_ACCOUNT
      svm.setAccount(addressBytes(address), new SvmAccount(lamports, data, addressBytes(owner), executable, 0n))
    },

    setClock({ slot, unixTime, epoch, epochStartTime }: ChainClock): void {
      svm.setClock(
        new ClockSysvar(BigInt(slot), BigInt(epochStartTime), BigInt(epoch), BigInt(epoch + 1), BigInt(unixTime)),
      )
    },

    /** Newest first; without them no address lookup table can be created. */
    setSlotHashes(hashes: readonly { slot: number; hash: string }[]): void {
      svm.setSlotHashes(hashes.map(({ slot, hash }) => ({ slot: BigInt(slot), hash })))
    },

    addSlotToHistory(slot: number): void {
      const history = svm.getSlotHistory()
      history.add(BigInt(slot))
      svm.setSlotHistory(history)
    },

    /** Short epochs at the start would make epoch numbers depend on the ledger's age; a localnet has none. */
    setEpochLength(slotsPerEpoch: number): void {
      const schedule = svm.getEpochSchedule()
      schedule.slotsPerEpoch = BigInt(slotsPerEpoch)
      schedule.leaderScheduleSlotOffset = BigInt(slotsPerEpoch)
      schedule.warmup = false
      schedule.firstNormalEpoch = 0n
      schedule.firstNormalSlot = 0n
      svm.setEpochSchedule(schedule)
    },

    rentExemptMinimum: (bytes: number): bigint => svm.minimumBalanceForRentExemption(BigInt(bytes)),

    /** `bytes` must have passed decodeTransaction: the native code aborts the process on anything else. */
    execute(bytes: Uint8Array): Execution {
      return toExecution(svm.sendVersionedTransaction(bytes))
    },

    simulate(bytes: Uint8Array, { verify }: { verify: boolean }): Simulation {
      svm.setSigverify(verify)
      try {
        const result = svm.simulateVersionedTransaction(bytes)
        if ('err' in result) return { ...toExecution(result), accounts: new Map() }
        const accounts = result.postAccounts().map((entry) => [toAddress(entry.address), toAccount(entry.account())])
        return { ...toExecution(result.meta()), accounts: new Map(accounts as [Address, Account][]) }
      } finally {
        svm.setSigverify(true)
      }
    },
  }
}

const NO_ACCOUNT: Account = {
  lamports: 0n,
  data: new Uint8Array(),
  owner: toAddress(new Uint8Array(32)),
  executable: false,
}

function toAccount(account: SvmAccount): Account {
  return {
    lamports: account.lamports(),
    data: account.data(),
    owner: toAddress(account.owner()),
    executable: account.executable(),
  }
}

function toExecution(result: TransactionMetadata | FailedTransactionMetadata): Execution {
  const failed = 'err' in result
  const meta = failed ? result.meta() : result
  const returned = meta.returnData()
  const data = returned.data()
  return {
    error: failed ? transactionError(result.err()) : null,
    logs: meta.logs(),
    computeUnits: Number(meta.computeUnitsConsumed()),
    inner: meta.innerInstructions().flatMap((calls, index) => {
      if (calls.length === 0) return []
      const instructions = calls.map((call) => {
        const instruction = call.instruction()
        return {
          programIndex: instruction.programIdIndex(),
          accounts: instruction.accounts(),
          data: instruction.data(),
          stackHeight: call.stackHeight(),
        }
      })
      return [{ index, instructions }]
    }),
    returnData: data.length === 0 ? null : { program: toAddress(returned.programId()), data },
  }
}
