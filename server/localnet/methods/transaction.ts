import { z } from 'zod'
import { accountView } from '../account-view.ts'
import { type BankView, bankAt, type Commitment, currentBank, DEFAULT_COMMITMENT, slotAt } from '../bank-view.ts'
import { decodeBase58 } from '../base58.ts'
import { blockhashAt, latestBlockhash, MAX_BLOCKHASH_AGE, validBlockhash } from '../chain.ts'
import { invalidParams, minContextSlotNotReached, preflightFailure, signatureVerificationFailure } from '../errors.ts'
import { transactionFee } from '../fees.ts'
import type { TransactionRef } from '../history.ts'
import type { Ledger } from '../ledger.ts'
import { loadAddresses } from '../lookup-tables.ts'
import { accountEncoding, address, commitment, optional, signature, slot, viewConfig, viewFields } from '../params.ts'
import type { TransactionRecord } from '../records.ts'
import { inContext, type Method, method, type RpcContext } from '../rpc.ts'
import type { Execution } from '../svm.ts'
import { errorText } from '../transaction-error.ts'
import { messageParam, transactionParam } from '../transaction-params.ts'
import { innerInstructionsView, returnDataView, transactionView } from '../transaction-view.ts'
import { accountKeys, type WireTransaction, withBlockhash } from '../wire.ts'
import { airdrop } from './airdrop.ts'

const MAX_STATUSES = 256
const MAX_SIGNATURES = 1_000
/** Slots that the status cache of a validator remembers; older ones need searchTransactionHistory. */
const STATUS_CACHE_SLOTS = 300
const MAX_FEE_ACCOUNTS = 128

const wireEncoding = z.enum(['base58', 'base64'])
const transactionEncoding = z.enum(['json', 'jsonParsed', 'base58', 'base64', 'binary'])

const sendConfig = z.object({
  skipPreflight: optional(z.boolean()),
  preflightCommitment: optional(commitment),
  encoding: optional(wireEncoding),
  maxRetries: optional(z.int().nonnegative()),
  minContextSlot: optional(slot),
})

const simulateConfig = z.object({
  ...viewFields,
  sigVerify: optional(z.boolean()),
  replaceRecentBlockhash: optional(z.boolean()),
  encoding: optional(wireEncoding),
  innerInstructions: optional(z.boolean()),
  accounts: optional(z.object({ addresses: z.array(address), encoding: optional(accountEncoding) })),
})

const signaturesConfig = z.object({
  ...viewFields,
  before: optional(signature),
  until: optional(signature),
  limit: optional(z.int()),
})

const transactionConfig = z.object({
  encoding: optional(transactionEncoding),
  commitment: optional(commitment),
  maxSupportedTransactionVersion: optional(z.int().min(0).max(255)),
})

export const transactionMethods: Record<string, Method> = {
  sendTransaction: method(z.tuple([z.string(), sendConfig.nullish()]), ({ ledger }, [text, config]) => {
    const transaction = transactionParam(text, config?.encoding ?? 'base58')
    const skip = config?.skipPreflight === true
    const level = skip ? 'processed' : config?.preflightCommitment
    requireSlot(slotAt(ledger, level), config?.minContextSlot)
    if (!skip) preflight(ledger, transaction)
    ledger.execute(transaction)
    return transaction.signature
  }),

  simulateTransaction: method(z.tuple([z.string(), simulateConfig.nullish()]), ({ ledger }, [text, config]) => {
    const verify = config?.sigVerify === true
    const replace = config?.replaceRecentBlockhash === true
    if (verify && replace) throw invalidParams('sigVerify may not be used with replaceRecentBlockhash')
    const sent = transactionParam(text, config?.encoding ?? 'base58')
    requireSlot(slotAt(ledger, config?.commitment), config?.minContextSlot)
    const replacement = replace ? blockhashView(ledger, 'processed') : undefined
    const transaction = replacement === undefined ? sent : withBlockhash(sent, hashBytes(replacement.blockhash))
    const result = ledger.simulate(transaction, { verify, checkAge: !replace })
    if (result.error === 'SignatureFailure') throw signatureVerificationFailure()
    const bank = currentBank(ledger)
    const loaded = loadAddresses(transaction.message, ledger.accounts, ledger.chain.slot)
    const keys = 'error' in loaded ? transaction.message.keys : accountKeys(transaction.message, loaded)
    return inContext(bank, {
      ...simulationView(result),
      accounts: simulatedAccounts(bank, result.accounts, config?.accounts, keys.length),
      innerInstructions: config?.innerInstructions === true ? innerInstructionsView(result.inner, keys, true) : null,
      ...(replacement === undefined ? {} : { replacementBlockhash: replacement }),
    })
  }),

  requestAirdrop: method(
    z.tuple([address, z.int().nonnegative(), viewConfig.optional()]),
    ({ ledger }, [to, lamports]) => airdrop(ledger, to, lamports),
  ),

  getSignatureStatuses: method(
    z.tuple([z.array(signature), z.object({ searchTransactionHistory: optional(z.boolean()) }).nullish()]),
    ({ ledger }, [signatures, config]) => {
      if (signatures.length > MAX_STATUSES) throw invalidParams(`Too many inputs provided; max ${MAX_STATUSES}`)
      const oldest = config?.searchTransactionHistory === true ? 0 : ledger.chain.slot - STATUS_CACHE_SLOTS
      return inContext(
        ledger.chain,
        signatures.map((id) => {
          const ref = ledger.history.find(id)
          if (ref === undefined || ledger.history.slotOf(ref) < oldest) return null
          return statusView(ledger, ledger.history.readTransaction(ref))
        }),
      )
    },
  ),

  getSignaturesForAddress: method(z.tuple([address, signaturesConfig.nullish()]), async ({ ledger }, [key, config]) => {
    const limit = config?.limit ?? MAX_SIGNATURES
    if (limit < 1 || limit > MAX_SIGNATURES) throw invalidParams(`Invalid limit; max ${MAX_SIGNATURES}`)
    const { slot: newest } = await bankAt(ledger, { ...config, commitment: historyCommitment(config?.commitment) })
    return signaturesOf(ledger, key, newest, { ...config, limit })
  }),

  getTransaction: method(
    z.tuple([signature, z.union([transactionEncoding, transactionConfig]).nullish()]),
    async ({ ledger }, [id, given]) => {
      const config: Partial<z.output<typeof transactionConfig>> =
        typeof given === 'string' ? { encoding: given } : (given ?? {})
      const level = historyCommitment(config.commitment)
      const { slot: newest } = await bankAt(ledger, { commitment: level })
      const ref = ledger.history.find(id)
      if (ref === undefined || ledger.history.slotOf(ref) > newest) return null
      const record = ledger.history.readTransaction(ref)
      const version = config.maxSupportedTransactionVersion
      return {
        slot: record.slot,
        ...transactionView(record, config.encoding ?? 'json', version),
        blockTime: record.blockTime,
      }
    },
  ),

  getLatestBlockhash: method(z.tuple([viewConfig.optional()]), async ({ ledger }, [config]) => {
    const bank = await bankAt(ledger, config)
    return inContext(bank, blockhashView(ledger, config?.commitment))
  }),

  isBlockhashValid: method(z.tuple([address, viewConfig.optional()]), async ({ ledger }, [hash, config]) => {
    const bank = await bankAt(ledger, config)
    const found = validBlockhash(ledger.chain, hash)
    return inContext(bank, found !== undefined && found.slot <= bank.slot)
  }),

  getFeeForMessage: method(z.tuple([z.string(), viewConfig.optional()]), async ({ ledger }, [text, config]) => {
    const message = messageParam(text)
    const bank = await bankAt(ledger, config)
    const known = validBlockhash(ledger.chain, message.blockhash) !== undefined
    return inContext(bank, known ? transactionFee(message) : null)
  }),

  getRecentPrioritizationFees: method(z.tuple([z.array(address).optional()]), ({ ledger }, [keys]) => {
    if ((keys?.length ?? 0) > MAX_FEE_ACCOUNTS) throw invalidParams(`Too many inputs provided; max ${MAX_FEE_ACCOUNTS}`)
    // Nobody waits for a place in a block here, so the fee that gets one is always 0.
    const { slot: newest } = ledger.chain
    return [...ledger.history.slots(newest - MAX_BLOCKHASH_AGE, newest)].map((slot) => ({
      slot,
      prioritizationFee: 0,
    }))
  }),

  getTransactionCount: method(z.tuple([viewConfig.optional()]), async ({ ledger }, [config]) => {
    await bankAt(ledger, config)
    return ledger.chain.transactionCount
  }),
}

function requireSlot(contextSlot: number, minimum: number | undefined): void {
  if (minimum !== undefined && contextSlot < minimum) throw minContextSlotNotReached(contextSlot)
}

/** @throws RpcError −32602: history does not know what is only processed. */
export function historyCommitment(level: Commitment | undefined): Commitment {
  if (level === 'processed') throw invalidParams('Method does not support commitment below `confirmed`')
  return level ?? DEFAULT_COMMITMENT
}

/** @throws RpcError −32003 or −32002 with the simulation that failed. */
function preflight(ledger: Ledger, transaction: WireTransaction): void {
  const result = ledger.simulate(transaction, { verify: true, checkAge: true })
  if (result.error === 'SignatureFailure') throw signatureVerificationFailure()
  if (result.error === null) return
  throw preflightFailure(`Transaction simulation failed: ${errorText(result.error)}`, {
    ...simulationView(result),
    accounts: null,
    innerInstructions: null,
    replacementBlockhash: null,
  })
}

function simulationView({ error, logs, computeUnits, returnData }: Execution) {
  return {
    err: error,
    logs,
    unitsConsumed: computeUnits,
    returnData: returnData === null ? null : returnDataView(returnData),
  }
}

type WantedAccounts = { addresses: string[]; encoding?: z.output<typeof accountEncoding> | undefined }

function simulatedAccounts(
  bank: BankView,
  changed: ReturnType<Ledger['simulate']>['accounts'],
  wanted: WantedAccounts | undefined,
  keys: number,
) {
  if (wanted === undefined) return null
  const encoding = wanted.encoding ?? 'base64'
  if (encoding === 'base58' || encoding === 'binary') throw invalidParams('base58 encoding not supported')
  if (wanted.addresses.length > keys) throw invalidParams(`Too many accounts provided; max ${keys}`)
  const lookup: BankView['account'] = (key) => changed.get(key) ?? bank.account(key)
  return wanted.addresses.map((key) => {
    const account = lookup(key)
    return account === undefined || account.lamports === 0n ? null : accountView(key, account, { encoding }, lookup)
  })
}

function blockhashView({ chain, ...ledger }: Ledger, level: Commitment | undefined) {
  const finalized = (level ?? DEFAULT_COMMITMENT) === 'finalized'
  const found = finalized ? blockhashAt(chain, ledger.root) : undefined
  return {
    blockhash: found?.hash ?? latestBlockhash(chain),
    lastValidBlockHeight: (found?.height ?? chain.height) + MAX_BLOCKHASH_AGE,
  }
}

const hashBytes = (hash: string): Uint8Array => decodeBase58(hash) ?? new Uint8Array(32)

function statusView(ledger: Ledger, { slot, signature: id, error }: TransactionRecord) {
  const final = slot <= ledger.root
  return {
    slot,
    confirmations: final ? null : ledger.chain.slot - slot,
    status: error === null ? { Ok: null } : { Err: error },
    err: error,
    confirmationStatus: final ? 'finalized' : ledger.isConfirmed(id) ? 'confirmed' : 'processed',
  }
}

type Page = { before?: string | undefined; until?: string | undefined; limit: number }

function signaturesOf({ history, root }: RpcContext['ledger'], key: string, newest: number, page: Page) {
  const before = page.before === undefined ? undefined : history.find(page.before)
  if (page.before !== undefined && before === undefined) return []
  const until = page.until === undefined ? undefined : history.find(page.until)
  const found = []
  for (const ref of history.ofAddress(key, before)) {
    if (found.length === page.limit || (until !== undefined && !isAfter(ref, until))) break
    if (history.slotOf(ref) > newest) continue
    const { signature: id, slot, error, memo, blockTime } = history.readTransaction(ref)
    const confirmationStatus = slot <= root ? 'finalized' : 'confirmed'
    found.push({ signature: id, slot, err: error, memo, blockTime, confirmationStatus })
  }
  return found
}

const isAfter = (a: TransactionRef, b: TransactionRef): boolean =>
  a.segment > b.segment || (a.segment === b.segment && a.ordinal > b.ordinal)
