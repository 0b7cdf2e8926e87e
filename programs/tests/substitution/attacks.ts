/** Every way to put something false in the place of an account, from the IDL. */
import { NATIVE_MINT, TOKEN_PROGRAM_ID } from '@solana/spl-token'
import { type AccountMeta, Keypair, type PublicKey, SystemProgram, TransactionInstruction } from '@solana/web3.js'
import { addresses, priceAccount, type Trader, type World } from '../harness.ts'
import { USD } from '../params.ts'
import { instruction, instructionAccounts } from '../program.ts'
import { funded, type Scene } from './scene.ts'

export type Attack = {
  /** Account and what stands in its place. */
  readonly what: string
  /** It may be passed over instead of refused, if it does no harm. */
  readonly mayBeSkipped: boolean
  readonly instruction: TransactionInstruction
  readonly signers: readonly Keypair[]
}

type Named = { readonly name: string; readonly writable: boolean; readonly signer: boolean; readonly optional: boolean }
type Setting = {
  readonly scene: Scene
  readonly right: TransactionInstruction
  readonly mallory: Keypair
  /** Somebody with accounts of his own; not where the exchange does not exist yet. */
  readonly other: () => Trader
}

export function rightInstruction(name: string, { args, accounts, call }: Scene): TransactionInstruction {
  return instruction(name, args, accounts, call.remaining)
}

export function attacksOn(name: string, scene: Scene): Attack[] {
  const { world } = scene
  const right = rightInstruction(name, scene)
  let stranger: Trader | null = null
  const other = () => {
    stranger ??= world.trader(1_000n * USD)
    return stranger
  }
  const setting = { scene, right, mallory: funded(world), other }
  const named = instructionAccounts(name)
  const given = named.flatMap((account, at) => (isGiven(right, at, account) ? onAccount(setting, named, at) : []))
  const remaining = right.keys.slice(named.length).flatMap((_, index) => onRemaining(setting, named.length, index))
  return [...given, ...remaining]
}

/** An optional account that is left out is written as the program's id. */
export function isGiven(right: TransactionInstruction, at: number, { optional }: Named): boolean {
  return !optional || right.keys[at]?.pubkey.equals(right.programId) === false
}

function onAccount(setting: Setting, named: readonly Named[], at: number): Attack[] {
  const { scene, right, mallory } = setting
  const account = named[at]
  const original = right.keys[at]
  // The event's self-call finds the program wherever it stands; nothing is read from it.
  const isElsewhere =
    account?.name === 'program' && right.keys.some((key, other) => other !== at && original?.pubkey.equals(key.pubkey))
  if (!account || !original || isElsewhere) return []
  const replace = (kind: string, change: Partial<AccountMeta>, signers = scene.call.signers ?? []): Attack => ({
    what: `${account.name} ← ${kind}`,
    mayBeSkipped: false,
    instruction: withKey(right, at, { ...original, ...change }),
    signers: [...signers, ...(account.signer ? [mallory] : [])],
  })
  const isFree = scene.free?.includes(account.name) === true
  if (account.signer) {
    const unsigned = (scene.call.signers ?? []).filter((signer) => !signer.publicKey.equals(original.pubkey))
    return [
      ...(isFree ? [] : [replace('another wallet', { pubkey: mallory.publicKey }, unsigned)]),
      { ...replace('no signature', { isSigner: false }, unsigned), signers: unsigned },
    ]
  }
  const wrong = [
    ...impostors(scene.world, original.pubkey, mallory),
    ...(isFree ? [] : siblings(setting, account.name)),
    ...duplicates(right, named, at),
  ]
  const distinct = wrong.filter(([, pubkey]) => !pubkey.equals(original.pubkey))
  const readonly = account.writable ? [replace('read-only', { isWritable: false })] : []
  return [...distinct.map(([kind, pubkey]) => replace(kind, { pubkey })), ...readonly]
}

/** Wrong for any account: a wallet, a singleton of another type, and the same bytes under another owner. */
function impostors(world: World, original: PublicKey, mallory: Keypair): [string, PublicKey][] {
  const account = world.svm.account(original)
  const forged = Keypair.generate().publicKey
  const owner = account?.owner.equals(TOKEN_PROGRAM_ID) ? SystemProgram.programId : TOKEN_PROGRAM_ID
  // A program's data is its code: too much to copy, and nobody takes it for anything else.
  if (account && account.data.length < 10_000) world.svm.setAccount(forged, owner, account.data)
  return [
    ['wallet', mallory.publicKey],
    ['another type', original.equals(addresses.insurance) ? addresses.pool : addresses.insurance],
    ...(world.svm.account(forged) ? [['forged copy', forged] as [string, PublicKey]] : []),
  ]
}

/** Right type, wrong one: another user's, another mint's, another market's. */
function siblings({ scene: { world }, other, mallory }: Setting, account: string): [string, PublicKey][] {
  const kinds: [RegExp, () => PublicKey][] = [
    [/^(userAccount|referrer)$/, () => other().userAccount],
    [/subAccount$|^from$|^to$|^counterparty$/i, () => other().subAccount],
    [/^(tokenVault|quoteVault)$/, () => addresses.tokenVault(world.usdcMint)],
    [/^(tokenVault|quoteVault)$/, () => addresses.tokenVault(NATIVE_MINT)],
    [/^vaultTokens$/, () => addresses.vaultTokens(world.usdcMint)],
    [/^vaultTokens$/, () => addresses.vaultTokens(NATIVE_MINT)],
    [/^userTokens$/, () => world.createTokens(world.usdcMint, mallory.publicKey, USD)],
    [/^userTokens$/, () => world.createTokens(NATIVE_MINT, mallory.publicKey, USD)],
    [/mint$/i, () => world.usdcMint],
    [/mint$/i, () => NATIVE_MINT],
    [/^market$/, () => addresses.market(1)],
    [/^ticket$/, () => addresses.ticket(other().keypair.publicKey, 1n)],
    [/^change$/, () => addresses.change(0n)],
    [/^owner$/, () => other().keypair.publicKey],
    [/^priceUpdate$/, () => priceAccount('BTC')],
    [/Program$/, () => SystemProgram.programId],
    [/Program$/, () => TOKEN_PROGRAM_ID],
  ]
  return kinds.filter(([pattern]) => pattern.test(account)).map(([, make]) => ['sibling', make()])
}

/** Another account of the same instruction, so that one account stands in two places. */
function duplicates(right: TransactionInstruction, named: readonly Named[], at: number): [string, PublicKey][] {
  return named.flatMap(({ name, writable }, other): [string, PublicKey][] => {
    const key = right.keys[other]?.pubkey
    const isUseful = other !== at && writable && key !== undefined && !key.equals(right.programId)
    return isUseful ? [[`the ${name}`, key]] : []
  })
}

/** Accounts beyond the named ones: left out, forged, of another type, or another of their kind. */
function onRemaining({ scene, right, mallory }: Setting, first: number, index: number): Attack[] {
  const { world, call, skippable = 0 } = scene
  const at = first + index
  const original = right.keys[at]
  // A market or vault that the instruction names itself is passed over.
  const isNamed = right.keys.slice(0, first).some((key) => original && key.pubkey.equals(original.pubkey))
  if (!original || isNamed) return []
  const signers = call.signers ?? []
  const replace = (kind: string, pubkey: PublicKey): Attack => ({
    what: `remaining ${index} ← ${kind}`,
    mayBeSkipped: index < skippable,
    instruction: withKey(right, at, { ...original, pubkey }),
    signers,
  })
  const without = right.keys.filter((_, key) => key !== at)
  const others = [
    addresses.market(0),
    addresses.market(1),
    addresses.tokenVault(NATIVE_MINT),
    addresses.tokenVault(world.usdcMint),
  ]
  const wrong = [
    ...impostors(world, original.pubkey, mallory),
    ...others.map((key): [string, PublicKey] => ['sibling', key]),
  ]
  return [
    { ...replace('nothing', original.pubkey), instruction: new TransactionInstruction({ ...right, keys: without }) },
    ...wrong.filter(([, pubkey]) => !pubkey.equals(original.pubkey)).map(([kind, pubkey]) => replace(kind, pubkey)),
  ]
}

function withKey(ix: TransactionInstruction, at: number, meta: AccountMeta): TransactionInstruction {
  const keys = ix.keys.map((key, index) => (index === at ? meta : key))
  return new TransactionInstruction({ programId: ix.programId, keys, data: ix.data })
}
