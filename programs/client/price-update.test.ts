import { PublicKey } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { FEEDS } from './feeds.ts'
import { scaleConfidence, scalePrice } from './math/oracle.ts'
import { decodePriceUpdate, encodePriceUpdate, PRICE_UPDATE_SIZE } from './price-update.ts'

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))

// Recorded mainnet accounts: SOL of 2024-07-09 (mango-v4 resources, MIT) and of 2025-01-04 (marginfi-v2 fixtures,
// Apache-2.0), both at the sponsored feed address; SOL of 2024-12-19, verified by two guardians only (drift
// protocol-v2 tests, Apache-2.0).
const SOL_2024 = bytes(
  'IvEjY51+9M1gMUcENA3t3zcf1CRyFI8kjp0abRpesqw6zYt/1dayQwHvDYtv2izrpB2hXUCV0do5Kg0vjtDGx7wPTPrIwoC1bWTkIkYDAAAAo3nSAAAAAAD4////6EGNZgAAAADoQY1mAAAAABzt0kgDAAAAd/LcAAAAAAB7TnwQAAAAAAA=',
)
const SOL_2025 = bytes(
  'IvEjY51+9M1gMUcENA3t3zcf1CRyFI8kjp0abRpesqw6zYt/1dayQwHvDYtv2izrpB2hXUCV0do5Kg0vjtDGx7wPTPrIwoC1bW2njwUFAAAARTozAQAAAAD4////1wN5ZwAAAADXA3lnAAAAAIRKaggFAAAAk1kTAQAAAAA8qpUSAAAAAAA=',
)
const PARTIAL = bytes(
  'IvEjY51+9M2XHQyryJjMHoB2Eq6pUa+Jj5v4KkT1g/vJZQFqePw+CgAC7w2Lb9os66QdoV1AldHaOSoNL47Qxse8D0z6yMKAtW3xgV2RBAAAAE/iXQEAAAAA+P///yOjZGcAAAAAIqNkZwAAAACAkY2JBAAAAGOzSwEAAAAAdyJkEgAAAAA=',
)

describe('decodePriceUpdate', () => {
  it('reads recorded accounts of mainnet', () => {
    expect(decodePriceUpdate(SOL_2024)).toEqual({
      writeAuthority: '7UVimffxr9ow1uXYxsr4LHAcV58mLzhmwaeKvJ1pjLiE',
      feedId: FEEDS['SOL/USD'].id,
      price: 14_061_593_700n,
      confidence: 13_793_699n,
      exponent: -8,
      publishTime: 1_720_533_480n,
      prevPublishTime: 1_720_533_480n,
      emaPrice: 14_106_684_700n,
      emaConfidence: 14_479_991n,
      postedSlot: 276_582_011n,
    })
    const { price, confidence, exponent } = decodePriceUpdate(SOL_2025)
    expect([scalePrice(price, exponent), scaleConfidence(confidence, exponent)]).toEqual([215_681_370n, 201_345n])
  })

  it('is undone by encodePriceUpdate, byte for byte', () => {
    for (const data of [SOL_2024, SOL_2025]) {
      expect(data).toHaveLength(PRICE_UPDATE_SIZE)
      expect(encodePriceUpdate(decodePriceUpdate(data))).toEqual(data)
    }
  })

  it('refuses partly verified updates and other accounts', () => {
    expect(() => decodePriceUpdate(PARTIAL)).toThrow('not fully verified')
    expect(() => decodePriceUpdate(new Uint8Array(134))).toThrow('not a Pyth price update')
    expect(() => decodePriceUpdate(SOL_2024.subarray(0, 100))).toThrow(RangeError)
  })
})

describe('feeds', () => {
  it.each(Object.entries(FEEDS))('%s: accounts are those of shard 0', (_, feed) => {
    const account = (program: string) =>
      PublicKey.findProgramAddressSync(
        [new Uint8Array(2), Buffer.from(feed.id, 'hex')],
        new PublicKey(program),
      )[0].toBase58()
    expect(account('pythWSnswVUd12oZpeFP8e9CVaEqJg25g1Vtc2biRsT')).toBe(feed.account)
    expect(account('pyt2F414BA6dPttK6RddPZUdHfapoBN24GL5wbrPCou')).toBe(feed.redeployedAccount)
  })
})
