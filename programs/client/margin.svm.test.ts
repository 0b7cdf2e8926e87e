import { Keypair } from '@solana/web3.js'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  decodeExchange,
  decodeMarket,
  decodeSubAccount,
  decodeTokenVault,
  depositNativeSol,
  exchangeAddress,
  expireOrders,
  liquidatePosition,
  marketAddress,
  NATIVE_MINT,
  openPosition,
  portfolioOf,
  subAccountAddress,
  tokenVaultAddress,
  tradedMarketOf,
} from './index.ts'
import { accountHealth, isMet, liquidationPrice, maxOrderSize, type Portfolio, previewOrder } from './math/index.ts'
import {
  data,
  eventIn,
  fundPool,
  join,
  keeper,
  openExchange,
  price,
  publish,
  refusal,
  riskOf,
  SOL,
  send,
  svm,
  trade,
  USD,
} from './svm-fixture.ts'

// What the ticket promises before an order is sent must be what the program does: sizes, fills, liquidation prices.

const wallet = Keypair.generate()
const subAccount = subAccountAddress(wallet.publicKey, 0)

function market() {
  return decodeMarket(data(marketAddress(0)))
}

function portfolio(): Portfolio {
  const vault = decodeTokenVault(data(tokenVaultAddress(NATIVE_MINT)))
  return portfolioOf(
    decodeSubAccount(data(subAccount)),
    new Map([[0, market()]]),
    new Map([[1, vault]]),
    BigInt(svm.now),
  )
}

const ticket = () => tradedMarketOf(market(), decodeExchange(data(exchangeAddress())))

beforeAll(async () => {
  await openExchange()
  fundPool()
  join(wallet, 300n * USD)
  send(wallet, depositNativeSol({ authority: wallet.publicKey, subAccount, lamports: SOL }))
  publish(1)
})

describe('the ticket’s promises', () => {
  it('a far limit keeps more margin, as much as the ticket says', () => {
    const limitPrice = (price * 21n) / 20n
    const { stepSize } = ticket()
    const place = (size: bigint) =>
      openPosition({
        trader: wallet.publicKey,
        subAccount,
        marketIndex: 0,
        order: { side: 'buy', size, limitPrice, clientId: 0n },
        marginAccounts: riskOf(subAccount, 0),
      })
    const largest = maxOrderSize(portfolio(), ticket(), { side: 'buy', worstPrice: limitPrice })
    expect(largest).toBeLessThan(maxOrderSize(portfolio(), ticket(), { side: 'buy' }))
    expect(refusal(wallet, place(largest + stepSize))).toBe('InsufficientMargin')
    send(wallet, place(largest))
    // The order that it has become keeps as much: what is left would not carry it a step larger.
    const { collateral, requirement } = accountHealth(portfolio(), 'Initial')
    expect(collateral).toBeGreaterThanOrEqual(requirement)
    expect(collateral - requirement).toBeLessThan((stepSize * limitPrice) / SOL)
    publish(11)
    send(keeper, expireOrders({ subAccount }))
  })

  it('the largest size is placed and filled whole; one step more is refused', () => {
    const largest = maxOrderSize(portfolio(), ticket(), { side: 'buy' })
    // About 20 × (300 + 150 · 0.8 less confidence) / 150.
    expect(largest).toBeGreaterThan(54n * SOL)
    expect(largest).toBeLessThan(56n * SOL)

    const size = largest + ticket().stepSize
    const order = { side: 'buy' as const, size, limitPrice: (price * 1_005n) / 1_000n, clientId: 0n }
    const tooLarge = {
      trader: wallet.publicKey,
      subAccount,
      marketIndex: 0,
      order,
      marginAccounts: riskOf(subAccount, 0),
    }
    expect(refusal(wallet, openPosition(tooLarge))).toBe('InsufficientMargin')
    expect(previewOrder(portfolio(), ticket(), { side: 'buy', size }).isAllowed).toBe(false)

    const preview = previewOrder(portfolio(), ticket(), { side: 'buy', size: largest })
    const filled = trade(wallet, 'buy', largest)
    const { quote, fee, keeperReward } = preview
    expect(filled).toMatchObject({ name: 'OrderFilled', data: { size: largest, quote, fee, keeperReward } })
    expect(accountHealth(portfolio(), 'Maintenance')).toEqual(preview.maintenance)
    expect(isMet(preview.whileOpen)).toBe(true)
  })

  it('the liquidation price is where the program liquidates', () => {
    const at = liquidationPrice(portfolio(), 'SOL-PERP')
    expect(at).not.toBeNull()
    const liquidate = liquidatePosition({
      liquidator: keeper.publicKey,
      marketIndex: 0,
      subAccount,
      marginAccounts: riskOf(subAccount, 0),
    })
    // A second of funding moves the boundary by less than twenty units (a fiftieth of a thousandth of a dollar).
    publish(1, (at ?? 0n) + 20n)
    expect(refusal(keeper, liquidate)).toBe('NotLiquidatable')
    publish(1, (at ?? 0n) - 20n)
    const liquidated = eventIn(send(keeper, liquidate), 'PositionLiquidated')
    expect(liquidated.party.baseChange).toBeLessThan(0n)
    expect(liquidated.covered.loss).toBe(0n)
  })

  it('a partial liquidation leaves a healthy account', () => {
    const { collateral, requirement } = accountHealth(portfolio(), 'Liquidation')
    const { step, notional } = { step: ticket().stepSize, notional: market().price.price }
    expect(collateral).toBeGreaterThanOrEqual(requirement)
    // No more was taken than needed: one step of position carries at most its own notional of requirement.
    expect(collateral - requirement).toBeLessThan((step * notional) / SOL)
  })

  it('closing is offered in full, and realises what the preview says', () => {
    publish(1)
    const held = portfolio().positions[0]?.base ?? 0n
    expect(maxOrderSize(portfolio(), ticket(), { side: 'sell', reduceOnly: true })).toBe(held)
    const preview = previewOrder(portfolio(), ticket(), { side: 'sell', size: held })
    expect(trade(wallet, 'sell', held)).toMatchObject({
      name: 'OrderFilled',
      data: { taker: { positionBase: 0n }, quote: preview.quote },
    })
  })
})
