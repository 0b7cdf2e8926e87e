import { parseArgs } from 'node:util'
import { Connection, Keypair, LAMPORTS_PER_SOL, type TransactionInstruction } from '@solana/web3.js'
import { decodeMarket, decodeSubAccount, type Market, type SubAccount } from '#client/accounts.ts'
import {
  closePosition,
  createSubAccount,
  createUserAccount,
  depositTokens,
  openPosition,
  withdrawTokens,
} from '#client/instructions/index.ts'
import { LOCALNET_USDC_MINT } from '#client/localnet-keys.ts'
import { associatedTokenAddress, marketAddress, subAccountAddress } from '#client/pda.ts'
import { checkLedger } from '#client/solvency.ts'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, QUOTE_DECIMALS } from '#client/units.ts'
import { createSender, localnetCheats, readLedger, requireLanded, type TransactionSender } from '#server/chain/index.ts'
import { loadConfig } from '../platform/config.ts'
import { AppError } from '../platform/errors.ts'

const MARKET_INDEX = 0
const DEPOSIT = 1_000_000_000n
const LEVERAGE = 5n
/** How far from the oracle the smoke test's orders may fill. */
const SLIPPAGE_BPS = 100n
const FILL_TIMEOUT_MS = 20_000

type Stage = { stage: string; ms: number }

/**
 * A trader's whole journey on the running stack: wallet, deposit, 5× long, fill, close, withdraw, and the proof that
 * not a unit of money was made or lost.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
  const config = loadConfig()
  if (config.cluster !== 'localnet') {
    throw new AppError('BAD_INPUT', {
      message: `The smoke test trades test funds on the local chain; CLUSTER is ${config.cluster}.`,
    })
  }
  const connection = new Connection(config.rpcUrl, { commitment: 'confirmed', wsEndpoint: config.rpcWsUrl })
  const report = await journey(connection, config.rpcUrl)
  if (values.json) console.log(JSON.stringify(report))
  else print(report)
  return report.ok ? 0 : 1
}

type Report = Awaited<ReturnType<typeof journey>>

async function journey(connection: Connection, rpcUrl: string) {
  const wallet = Keypair.generate()
  const trader = new Trader(connection, wallet)
  const stages: Stage[] = []
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const result = await work()
    stages.push({ stage, ms: Math.round(performance.now() - startedAt) })
    return result
  }

  await timed('wallet funded', async () => {
    await connection.confirmTransaction(
      await connection.requestAirdrop(wallet.publicKey, LAMPORTS_PER_SOL),
      'confirmed',
    )
    await localnetCheats(rpcUrl).setTokenAccount(wallet.publicKey, LOCALNET_USDC_MINT, DEPOSIT)
  })
  await timed('deposit confirmed', () => trader.deposit(DEPOSIT))

  const order = await trader.prepareOpen()
  await timed('open: placed → confirmed', () => trader.send('open', [order.instruction]))
  const opened = await timed('open: confirmed → filled', () =>
    trader.until('the order to fill', ({ orders }) => orders.length === 0),
  )
  const position = opened.positions[0]
  if (position?.base !== order.size) {
    throw new AppError('CONFLICT', {
      message: `the order for ${order.size} left a position of ${position?.base ?? 0n}: look at the keeper's log`,
    })
  }

  const close = await trader.prepareClose()
  await timed('close: placed → confirmed', () => trader.send('close', [close]))
  const flat = await timed('close: confirmed → filled', () =>
    trader.until('the position to close', ({ positions }) => positions.length === 0),
  )
  const left = flat.collaterals[0]?.amount ?? 0n
  await timed('withdrawal confirmed', () => trader.withdraw(left))

  const checks = await timed('ledger read and checked', async () => checkLedger(await readLedger(connection)))
  const { value } = await connection.getTokenAccountBalance(trader.tokens)
  const returned = BigInt(value.amount)
  return {
    ok: checks.every(({ holds }) => holds) && returned === left,
    wallet: wallet.publicKey.toBase58(),
    size: formatUnits(order.size, BASE_DECIMALS),
    entryPrice: formatUnits((-position.quoteEntry * 10n ** BigInt(BASE_DECIMALS)) / position.base, PRICE_DECIMALS),
    result: formatUnits(returned - DEPOSIT, QUOTE_DECIMALS),
    stages,
    checks: checks.map(({ name, difference, holds }) => ({ name, difference: difference.toString(), holds })),
  }
}

/** One wallet with one sub-account, trading one market. */
class Trader {
  readonly #connection: Connection
  readonly #sender: TransactionSender
  readonly #authority: Keypair['publicKey']
  readonly #subAccount: Keypair['publicKey']

  constructor(connection: Connection, wallet: Keypair) {
    this.#connection = connection
    this.#sender = createSender({ connection, payer: wallet })
    this.#authority = wallet.publicKey
    this.#subAccount = subAccountAddress(wallet.publicKey, 0)
  }

  get tokens(): Keypair['publicKey'] {
    return associatedTokenAddress(LOCALNET_USDC_MINT, this.#authority)
  }

  async send(what: string, instructions: readonly TransactionInstruction[]): Promise<void> {
    requireLanded(await this.#sender.send(instructions), what)
  }

  deposit(amount: bigint): Promise<void> {
    const [authority, subAccount] = [this.#authority, this.#subAccount]
    return this.send('deposit', [
      createUserAccount({ authority }),
      createSubAccount({ authority, id: 0 }),
      depositTokens({ authority, subAccount, mint: LOCALNET_USDC_MINT, amount }),
    ])
  }

  withdraw(amount: bigint): Promise<void> {
    const [authority, subAccount] = [this.#authority, this.#subAccount]
    return this.send('withdraw', [
      withdrawTokens({ authority, subAccount, mint: LOCALNET_USDC_MINT, amount, marginAccounts: [] }),
    ])
  }

  /** Nearly 5×: the fee and the margin of the open order need a little of the collateral. */
  async prepareOpen() {
    const { price, params } = await this.#market()
    const notional = (DEPOSIT * LEVERAGE * 95n) / 100n
    const raw = (notional * 10n ** BigInt(BASE_DECIMALS)) / price.price
    const size = raw - (raw % params.stepSize)
    const instruction = openPosition({
      ...this.#trading(),
      marginAccounts: [],
      order: {
        side: 'buy',
        size,
        limitPrice: onTick(price.price * (10_000n + SLIPPAGE_BPS), params.tickSize),
        clientId: 1n,
      },
    })
    return { size, instruction }
  }

  async prepareClose(): Promise<TransactionInstruction> {
    const { price, params } = await this.#market()
    return closePosition({
      ...this.#trading(),
      order: {
        fractionBps: 10_000,
        limitPrice: onTick(price.price * (10_000n - SLIPPAGE_BPS), params.tickSize),
        clientId: 2n,
      },
    })
  }

  /** Waits for the sub-account to satisfy `reached`, by the chain's own push. */
  async until(what: string, reached: (subAccount: SubAccount) => boolean): Promise<SubAccount> {
    const { promise, resolve, reject } = Promise.withResolvers<SubAccount>()
    const look = (data: Buffer): void => {
      const subAccount = decodeSubAccount(data)
      if (reached(subAccount)) resolve(subAccount)
    }
    const timeout = setTimeout(
      () =>
        reject(
          new AppError('UPSTREAM', {
            message: `waited ${FILL_TIMEOUT_MS / 1000} s for ${what}: is the keeper running? ./qd status tells`,
          }),
        ),
      FILL_TIMEOUT_MS,
    )
    const subscription = this.#connection.onAccountChange(this.#subAccount, ({ data }) => look(data), {
      commitment: 'confirmed',
    })
    try {
      const now = await this.#connection.getAccountInfo(this.#subAccount, 'confirmed')
      if (now) look(now.data)
      return await promise
    } finally {
      clearTimeout(timeout)
      this.#connection.removeAccountChangeListener(subscription).catch(() => undefined)
    }
  }

  async #market(): Promise<Market> {
    const account = await this.#connection.getAccountInfo(marketAddress(MARKET_INDEX), 'confirmed')
    if (!account)
      throw new AppError('NOT_FOUND', {
        message: 'The exchange has no market yet: start it with ./qd up and try again.',
      })
    return decodeMarket(account.data)
  }

  #trading() {
    return { trader: this.#authority, subAccount: this.#subAccount, marketIndex: MARKET_INDEX }
  }
}

/** A price limit from price × 1e4, on the tick. */
function onTick(scaled: bigint, tickSize: bigint): bigint {
  const price = scaled / 10_000n
  return price - (price % tickSize)
}

function print({ ok, wallet, size, entryPrice, result, stages, checks }: Report): void {
  const width = Math.max(...stages.map(({ stage }) => stage.length))
  for (const { stage, ms } of stages) console.log(`${stage.padEnd(width)}  ${String(ms).padStart(6)} ms`)
  console.log(
    `\n${wallet} bought ${size} SOL at ${entryPrice}, sold them, and took out ${result} USDC against its deposit.`,
  )
  const broken = checks.filter(({ holds }) => !holds)
  for (const { name, difference } of broken) console.log(`BROKEN  ${name}: off by ${difference}`)
  console.log(
    ok
      ? `All ${checks.length} equations of the ledger hold.`
      : 'The ledger does not balance, or not everything came back.',
  )
}
