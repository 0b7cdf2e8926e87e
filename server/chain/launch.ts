import type { Connection, Keypair, PublicKey, TransactionInstruction } from '@solana/web3.js'
import {
  decodeExchange,
  decodeMarket,
  decodePool,
  decodeSubAccount,
  decodeTokenVault,
  decodeUserAccount,
  type Exchange,
} from '#client/accounts.ts'
import type { ChangePayload } from '#client/generated/types.ts'
import {
  allocatePool,
  changeHash,
  createSubAccount,
  createUserAccount,
  depositTokens,
  depositToPool,
  executeChange,
  initializeExchange,
  initializeMarket,
  initializeTokenVault,
  mintPoolShares,
  proposeChange,
} from '#client/instructions/index.ts'
import {
  associatedTokenAddress,
  exchangeAddress,
  marketAddress,
  poolAddress,
  poolTicketAddress,
  subAccountAddress,
  tokenVaultAddress,
  userAccountAddress,
} from '#client/pda.ts'
import { AppError } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import type { ExchangeDefinition } from './launch-definition.ts'
import { requireLanded } from './require-landed.ts'
import type { TransactionSender } from './sender.ts'

export type Launch = {
  connection: Connection
  /** Pays; its payer is the admin, who must be the program's upgrade authority. */
  sender: TransactionSender
  /** First depositor of the pool. */
  liquidityProvider: Keypair
  /** Puts this much of the quote token into the provider's associated account, where the network allows it. */
  provideQuote: (owner: PublicKey, amount: bigint) => Promise<void>
  log: Log
}

const FIRST_TICKET = 1n

/**
 * Sets up the exchange of a definition, from the first account to a pool with liquidity in every market. Each step
 * looks at the chain first and is one transaction, so running it again, or after a crash at any point, continues.
 * @returns the steps done now; empty when everything was there.
 * @throws AppError when a step is refused, or when another exchange lives at this program.
 */
export async function launchExchange(launch: Launch, definition: ExchangeDefinition): Promise<string[]> {
  const done: string[] = []
  const step = async (
    what: string,
    instructions: readonly TransactionInstruction[],
    signers: readonly Keypair[] = [],
  ) => {
    requireLanded(await launch.sender.send(instructions, { signers }), what)
    done.push(what)
    launch.log.info({ step: what }, 'launch step done')
  }
  const exchange = await initialize(launch, definition, step)
  await addVaults(launch, definition, exchange, step)
  await addMarkets(launch, definition, exchange, step)
  await fundPool(launch, definition, step)
  await allocate(launch, definition, step)
  return done
}

type Step = (
  what: string,
  instructions: readonly TransactionInstruction[],
  signers?: readonly Keypair[],
) => Promise<void>

async function read<T>({ connection }: Launch, address: PublicKey, decode: (data: Uint8Array) => T): Promise<T | null> {
  const account = await connection.getAccountInfo(address, 'confirmed')
  return account === null ? null : decode(account.data)
}

async function initialize(launch: Launch, { quoteMint, params }: ExchangeDefinition, step: Step): Promise<Exchange> {
  const admin = launch.sender.payer.publicKey
  if ((await read(launch, exchangeAddress(), decodeExchange)) === null) {
    const key = admin.toBase58()
    const keys = { admin: key, riskAuthority: key, pauseAuthority: key, treasury: key }
    await step('initialize exchange', [
      initializeExchange({ upgradeAuthority: admin, quoteMint, params: { ...params, ...keys } }),
    ])
  }
  const exchange = await read(launch, exchangeAddress(), decodeExchange)
  if (exchange?.quoteMint !== quoteMint) {
    throw new AppError('CONFLICT', {
      message: `the exchange at this program settles in ${exchange?.quoteMint ?? 'nothing'}, not in ${quoteMint}: reset the chain or use its definition`,
    })
  }
  return exchange
}

/** Of the program's `MarketStatus`. */
const MARKET_ACTIVE = 0
const CLOSED = { depositCap: 0n, initialWeightBps: 0, maintenanceWeightBps: 0 }

/** All collateral but the quote token starts closed; a change opens it. */
async function addVaults(
  launch: Launch,
  { vaults }: ExchangeDefinition,
  exchange: Exchange,
  step: Step,
): Promise<void> {
  const admin = launch.sender.payer.publicKey
  for (const [index, { mint, params }] of vaults.entries()) {
    if (index >= exchange.tokenVaultCount) {
      const first = index === 0 ? params : { ...params, ...CLOSED }
      await step(`add token vault ${mint}`, [initializeTokenVault({ admin, mint, index, params: first })])
    }
    const vault = await read(launch, tokenVaultAddress(mint), decodeTokenVault)
    if (vault?.params.maintenanceWeightBps === 0) {
      const change = { kind: 'tokenVault', value: { index, params } } as const
      await step(`open token vault ${mint}`, await changeAtOnce(launch, change, mint))
    }
  }
}

/** A market starts reduce-only; a change activates it. Later it is reduce-only for a reason, and stays so. */
async function addMarkets(
  launch: Launch,
  { markets }: ExchangeDefinition,
  exchange: Exchange,
  step: Step,
): Promise<void> {
  const admin = launch.sender.payer.publicKey
  for (const [index, { symbol, params }] of markets.entries()) {
    if (index >= exchange.marketCount) {
      await step(`list ${symbol}`, [initializeMarket({ admin, index, symbol, params })])
    }
    const market = await read(launch, marketAddress(index), decodeMarket)
    if (market?.status === 'reduceOnly' && market.ledger.poolAllocation === 0n) {
      const change = { kind: 'market', value: { index, status: MARKET_ACTIVE, params } } as const
      await step(`activate ${symbol}`, await changeAtOnce(launch, change))
    }
  }
}

/** Announces a change and executes it in the same transaction, as an exchange without a timelock allows. */
async function changeAtOnce(launch: Launch, payload: ChangePayload, mint?: string): Promise<TransactionInstruction[]> {
  const admin = launch.sender.payer.publicKey
  const exchange = await read(launch, exchangeAddress(), decodeExchange)
  if (exchange === null) throw new AppError('INTERNAL', { message: 'the exchange vanished while it was launched' })
  const changeId = exchange.nextChangeId
  return [
    proposeChange({ admin, changeId, payloadHash: await changeHash(payload) }),
    executeChange({ admin, changeId, payload, ...(mint === undefined ? {} : { mint }) }),
  ]
}

/** Deposits what the markets are to get. Done once shares exist: later deposits and exits are the providers' affair. */
async function fundPool(launch: Launch, { quoteMint, markets }: ExchangeDefinition, step: Step): Promise<void> {
  const { liquidityProvider: provider } = launch
  const pool = await read(launch, poolAddress(), decodePool)
  if (pool === null || pool.shares > 0n) return
  const authority = provider.publicKey
  const amount = markets.reduce((sum, { allocation }) => sum + allocation, 0n)
  const subAccount = subAccountAddress(authority, 0)

  const user = await read(launch, userAccountAddress(authority), decodeUserAccount)
  if (user === null) await step('create the provider', [createUserAccount({ authority })], [provider])
  if ((user?.nextSubAccountId ?? 0) === 0) {
    await step('create the provider’s sub-account', [createSubAccount({ authority, id: 0 })], [provider])
  }
  const ticket = await launch.connection.getAccountInfo(poolTicketAddress(authority, FIRST_TICKET), 'confirmed')
  if (ticket === null) {
    const held = (await read(launch, subAccount, decodeSubAccount))?.collaterals[0]?.amount ?? 0n
    if (held < amount) {
      await provideAtLeast(launch, quoteMint, amount - held)
      await step(
        'deposit the provider’s USDC',
        [depositTokens({ authority, subAccount, mint: quoteMint, amount: amount - held })],
        [provider],
      )
    }
    const request = { authority, subAccount, ticketId: FIRST_TICKET, amount, quoteMint, marketCount: markets.length }
    await step('request the first pool deposit', [depositToPool(request)], [provider])
  }
  const mint = { keeper: launch.sender.payer.publicKey, owner: authority, subAccount, ticketId: FIRST_TICKET }
  await step('mint the first pool shares', [mintPoolShares({ ...mint, quoteMint, marketCount: markets.length })])
}

async function provideAtLeast(launch: Launch, quoteMint: string, amount: bigint): Promise<void> {
  const owner = launch.liquidityProvider.publicKey
  const account = associatedTokenAddress(quoteMint, owner)
  const exists = (await launch.connection.getAccountInfo(account, 'confirmed')) !== null
  const held = exists ? BigInt((await launch.connection.getTokenAccountBalance(account, 'confirmed')).value.amount) : 0n
  if (held < amount) await launch.provideQuote(owner, amount)
}

/** Gives each market its share, once: a market that has an allocation was allocated before. */
async function allocate(launch: Launch, { markets }: ExchangeDefinition, step: Step): Promise<void> {
  const authority = launch.sender.payer.publicKey
  for (const [marketIndex, { symbol, allocation }] of markets.entries()) {
    const market = await read(launch, marketAddress(marketIndex), decodeMarket)
    if (market !== null && market.ledger.poolAllocation === 0n) {
      await step(`allocate to ${symbol}`, [allocatePool({ authority, marketIndex, amount: allocation })])
    }
  }
}
