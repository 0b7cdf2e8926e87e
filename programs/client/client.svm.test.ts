import { Keypair } from '@solana/web3.js'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  allocatePool,
  cancelOrder,
  clearPause,
  closePosition,
  closeSubAccount,
  decodeExchange,
  decodeInsurance,
  decodeMarket,
  decodePool,
  decodePoolTicket,
  decodeSubAccount,
  decodeTokenVault,
  decodeUserAccount,
  depositNativeSol,
  depositTokens,
  depositToPool,
  exchangeAddress,
  executeOrder,
  insuranceAddress,
  liquidatePosition,
  marketAddress,
  mintPoolShares,
  NATIVE_MINT,
  openPosition,
  PAUSE,
  placeOrder,
  poolAddress,
  poolTicketAddress,
  setPause,
  settleFunding,
  subAccountAddress,
  tokenVaultAddress,
  updateSubAccount,
  userAccountAddress,
  withdrawNativeSol,
  withdrawTokens,
} from './index.ts'
import { halfSpreadPpm, keeperReward, markPrice, poolQuote, takerFee } from './math/index.ts'
import {
  admin,
  data,
  eventIn,
  join,
  keeper,
  lp,
  openExchange,
  owner,
  params,
  placedIn,
  price,
  publish,
  refusal,
  riskOf,
  SOL,
  send,
  svm,
  USD,
  usdcMint,
  world,
} from './svm-fixture.ts'

// The whole life of an exchange through the SDK alone, against the real program in the real SVM. Steps build on each
// other: one test is one chapter.

const main = subAccountAddress(owner.publicKey, 0)
const keeperAccount = subAccountAddress(keeper.publicKey, 0)
const sub = () => decodeSubAccount(data(main))
const market = () => decodeMarket(data(marketAddress(0)))

beforeAll(openExchange)

describe('the SDK against the program', () => {
  it('initializes what it can read back', () => {
    expect(decodeExchange(data(exchangeAddress()))).toMatchObject({
      marketCount: 1,
      tokenVaultCount: 2,
      quoteMint: usdcMint.toBase58(),
    })
    expect(decodeTokenVault(data(tokenVaultAddress(NATIVE_MINT)))).toMatchObject({
      index: 1,
      decimals: 9,
      price: { price },
    })
    expect(market()).toMatchObject({
      status: 'active',
      symbol: 'SOL-PERP',
      params,
      price: { price, confidence: 15_000n },
    })
    expect(decodeUserAccount(data(userAccountAddress(owner.publicKey)))).toMatchObject({
      nextSubAccountId: 1,
      openSubAccounts: 1,
    })
    expect(decodeInsurance(data(insuranceAddress())).balance).toBe(0n)
  })

  it('funds the pool and gives the market its part', () => {
    const authority = lp.publicKey
    const subAccount = subAccountAddress(authority, 0)
    const request = { authority, subAccount, ticketId: 7n, quoteMint: usdcMint, marketCount: 1 }
    const deposit = { ...request, amount: 1_500_000n * USD }
    expect(eventIn(send(lp, depositToPool(deposit)), 'PoolDepositRequested')).toMatchObject({
      ticketId: 7n,
      amount: deposit.amount,
    })
    expect(decodePoolTicket(data(poolTicketAddress(authority, 7n)))).toMatchObject({
      kind: 'deposit',
      owner: authority.toBase58(),
    })
    publish(3)
    const mint = mintPoolShares({
      keeper: keeper.publicKey,
      owner: authority,
      subAccount,
      ticketId: 7n,
      quoteMint: usdcMint,
      marketCount: 1,
    })
    expect(eventIn(send(keeper, mint), 'PoolSharesMinted').shares).toBe(deposit.amount - 1_000_000n)
    send(admin, allocatePool({ authority: admin.publicKey, marketIndex: 0, amount: 1_000_000n * USD }))
    expect(decodePool(data(poolAddress()))).toMatchObject({ idle: 500_000n * USD, shares: deposit.amount })
    expect(market().ledger.poolAllocation).toBe(1_000_000n * USD)
  })

  it('deposits tokens and SOL', () => {
    const authority = owner.publicKey
    const userTokens = world.createTokens(usdcMint, authority, 1_000n * USD)
    const deposit = { authority, subAccount: main, mint: usdcMint, amount: 1_000n * USD, userTokens }
    expect(eventIn(send(owner, depositTokens(deposit)), 'CollateralDeposited').balanceAfter).toBe(1_000n * USD)
    send(owner, depositNativeSol({ authority, subAccount: main, lamports: 2n * SOL }))
    // Others' SOL: a vault that nearly empties slows its withdrawals.
    const others = subAccountAddress(lp.publicKey, 0)
    send(lp, depositNativeSol({ authority: lp.publicKey, subAccount: others, lamports: 60n * SOL }))
    expect(sub().collaterals).toMatchObject([
      { vaultIndex: 0, amount: 1_000n * USD },
      { vaultIndex: 1, amount: 2n * SOL },
    ])
  })

  it('opens a position, which fills at the twin’s quote, fee and reward', () => {
    const order = { side: 'buy' as const, size: 20n * SOL, limitPrice: 151n * USD, clientId: 42n }
    const open = openPosition({
      trader: owner.publicKey,
      subAccount: main,
      marketIndex: 0,
      order,
      marginAccounts: riskOf(main, 0),
    })
    const events = send(owner, open)
    expect(eventIn(events, 'OrderPlaced').oraclePrice).toBe(price)
    const placed = placedIn(events)
    expect(placed).toMatchObject({
      kind: 'market',
      side: 'buy',
      timeInForce: 'immediateOrCancel',
      clientId: 42n,
      stage: 'active',
    })
    expect(sub().orders).toMatchObject([{ kind: 'market', side: 'buy', size: 20n * SOL, reduceOnly: false }])
    expect(
      refusal(
        owner,
        cancelOrder({ trader: owner.publicKey, subAccount: main, target: { kind: 'clientId', value: 42n } }),
      ),
    ).toBe('OrderInFlight')

    const priceUpdate = publish(1)
    const fill = eventIn(
      send(
        keeper,
        executeOrder({
          keeper: keeper.publicKey,
          marketIndex: 0,
          subAccount: main,
          authority: owner.publicKey,
          orderId: placed.orderId,
          priceUpdate,
          keeperSubAccount: keeperAccount,
          marginAccounts: riskOf(main, 0),
        }),
      ),
      'OrderFilled',
    )
    const spread = halfSpreadPpm(price, 15_000n, params.spreadPpm, params.confMultiplierBps)
    const quote = poolQuote({ price, userNetBase: 0n, depth: params.depthK, halfSpreadPpm: spread }, 20n * SOL)
    const [fee, reward] = [takerFee(quote, params.takerFeePpm), keeperReward(quote, 10_000n, 10)]
    expect(fill).toMatchObject({
      quote,
      fee,
      keeperReward: reward,
      poolSize: 20n * SOL,
      makers: [],
      taker: { orderStatus: 'filled', cancelReason: null, positionBase: 20n * SOL },
    })
    expect(sub().positions).toMatchObject([
      { marketIndex: 0, base: 20n * SOL, quoteEntry: -quote, quoteBreakEven: -quote - fee - reward },
    ])
    expect(decodeSubAccount(data(keeperAccount)).collaterals[0]?.amount).toBe(reward)
  })

  it('accrues funding by the twin’s mark', () => {
    publish(60)
    svm.setTime(svm.now + 1)
    const accrued = eventIn(send(keeper, settleFunding({ marketIndex: 0 })), 'FundingAccrued')
    expect(accrued.markPrice).toBe(markPrice(price, 20n * SOL, params.depthK))
    expect(market().funding.indexLong).toBe(accrued.indexLong)
  })

  it('rests and cancels a limit order, and lets a delegate do so', () => {
    const trader = keeper.publicKey
    const delegate = { key: trader, expiresAt: BigInt(svm.now + 1_000), budget: 100n * USD }
    const settings = { authority: owner.publicKey, subAccount: main, isolatedMarket: null }
    send(owner, updateSubAccount({ ...settings, delegate }))
    expect(sub().delegate).toBe(trader.toBase58())
    const order = {
      kind: 'limit' as const,
      side: 'sell' as const,
      reduceOnly: true,
      size: 5n * SOL,
      limitPrice: 160n * USD,
    }
    const place = placeOrder({ trader, subAccount: main, marketIndex: 0, order, marginAccounts: [] })
    const { orderId } = placedIn(send(keeper, place))
    expect(sub().orders).toMatchObject([{ orderId, kind: 'limit', reduceOnly: true, postOnly: false }])
    const canceled = send(keeper, cancelOrder({ trader, subAccount: main, target: { kind: 'market', value: 0 } }))
    expect(eventIn(canceled, 'OrderCanceled')).toMatchObject({
      orders: [{ orderId, marketIndex: 0, reason: 'requested' }],
    })
    send(owner, updateSubAccount({ ...settings, delegate: null }))
    expect(sub().delegate).toBeNull()
    expect(refusal(keeper, place)).toBe('NotTrader')
  })

  it('closes the position and withdraws everything', () => {
    publish(1)
    const order = { fractionBps: 10_000, limitPrice: 140n * USD, clientId: 0n }
    const close = closePosition({ trader: owner.publicKey, subAccount: main, marketIndex: 0, order })
    const { orderId } = placedIn(send(owner, close))
    const execute = {
      keeper: keeper.publicKey,
      marketIndex: 0,
      subAccount: main,
      authority: owner.publicKey,
      orderId,
      marginAccounts: riskOf(main, 0),
    }
    const fill = eventIn(send(keeper, executeOrder({ ...execute, priceUpdate: publish(1) })), 'OrderFilled')
    expect([fill.taker.positionBase, fill.keeperSubAccount, sub().positions]).toEqual([0n, null, []])

    const authority = owner.publicKey
    const amount = fill.taker.quoteBalance
    const userTokens = world.createTokens(usdcMint, authority, 0n)
    const transfer = { authority, subAccount: main, marginAccounts: riskOf(main) }
    send(owner, withdrawTokens({ ...transfer, mint: usdcMint, amount, userTokens }))
    expect(world.tokens(userTokens)).toBe(amount)
    send(owner, withdrawNativeSol({ ...transfer, lamports: 2n * SOL, marginAccounts: [] }))
    const closed = send(owner, closeSubAccount({ authority, id: 0 }))
    expect(eventIn(closed, 'SubAccountClosed').id).toBe(0)
    expect(svm.account(main)).toBeNull()
  })

  it('liquidates an account under water', () => {
    const poor = Keypair.generate()
    join(poor, 200n * USD)
    const subAccount = subAccountAddress(poor.publicKey, 0)
    publish(1)
    const order = { side: 'buy' as const, size: 20n * SOL, limitPrice: 151n * USD, clientId: 0n }
    const open = openPosition({
      trader: poor.publicKey,
      subAccount,
      marketIndex: 0,
      order,
      marginAccounts: riskOf(subAccount, 0),
    })
    const { orderId } = placedIn(send(poor, open))
    const authority = poor.publicKey
    const execute = { keeper: keeper.publicKey, marketIndex: 0, subAccount, authority, orderId, marginAccounts: [] }
    send(keeper, executeOrder({ ...execute, priceUpdate: publish(1) }))
    const liquidate = liquidatePosition({
      liquidator: keeper.publicKey,
      marketIndex: 0,
      subAccount,
      liquidatorSubAccount: keeperAccount,
      marginAccounts: [],
    })
    expect(refusal(keeper, liquidate)).toBe('NotLiquidatable')
    publish(1, 144n * USD)
    const liquidated = eventIn(send(keeper, liquidate), 'PositionLiquidated')
    expect(liquidated).toMatchObject({
      oraclePrice: 144n * USD,
      liquidatorSubAccount: keeperAccount.toBase58(),
      covered: { loss: 0n },
    })
    expect(liquidated.party.positionBase).toBeLessThan(20n * SOL)
  })

  it('pauses and clears', () => {
    const bits = PAUSE.opens | PAUSE.withdrawals
    const changed = eventIn(send(admin, setPause({ authority: admin.publicKey, bits })), 'PauseChanged')
    expect(changed.pauseBits).toBe(bits)
    svm.setTime(svm.now + 1)
    send(admin, clearPause({ authority: admin.publicKey, bits }))
    expect(decodeExchange(data(exchangeAddress())).pauseBits).toBe(0)
  })
})
