import { PublicKey } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { FEEDS } from './feeds.ts'
import { scaleConfidence, scalePrice } from './math/oracle.ts'
import { decodePriceUpdate, encodePriceUpdate, PRICE_UPDATE_SIZE } from './price-update.ts'

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'))

// Recorded mainnet accounts (see NOTICE): SOL at its sponsored feed address, BONK with exponent −10, and SOL verified by
// two guardians only.
const SOL = bytes(
  'IvEjY51+9M1gMUcENA3t3zcf1CRyFI8kjp0abRpesqw6zYt/1dayQwHvDYtv2izrpB2hXUCV0do5Kg0vjtDGx7wPTPrIwoC1bW2njwUFAAAARTozAQAAAAD4////1wN5ZwAAAADXA3lnAAAAAIRKaggFAAAAk1kTAQAAAAA8qpUSAAAAAAA=',
)
const BONK = bytes(
  'IvEjY51+9M206svkAq6RZcKrffzb5QRNJ/KEEG+IqQv93vpfv/YMoAFysCEhfKP+aJIqGar5kBCcudhOmtAEtNICWtb1KTFEGbZFBQAAAAAABQIAAAAAAAD2////xXhYZgAAAADFeFhmAAAAAJMfBQAAAAAAnwEAAAAAAAAFMwYQAAAAAAA=',
)
const PARTIAL = bytes(
  'IvEjY51+9M2XHQyryJjMHoB2Eq6pUa+Jj5v4KkT1g/vJZQFqePw+CgAC7w2Lb9os66QdoV1AldHaOSoNL47Qxse8D0z6yMKAtW3xgV2RBAAAAE/iXQEAAAAA+P///yOjZGcAAAAAIqNkZwAAAACAkY2JBAAAAGOzSwEAAAAAdyJkEgAAAAA=',
)

describe('decodePriceUpdate', () => {
  it('reads recorded accounts of mainnet', () => {
    expect(decodePriceUpdate(SOL)).toEqual({
      writeAuthority: FEEDS['SOL/USD'].account,
      feedId: FEEDS['SOL/USD'].id,
      price: 21_568_137_069n,
      confidence: 20_134_469n,
      exponent: -8,
      publishTime: 1_735_984_087n,
      prevPublishTime: 1_735_984_087n,
      emaPrice: 21_616_020_100n,
      emaConfidence: 18_045_331n,
      postedSlot: 311_798_332n,
    })
    expect(decodePriceUpdate(BONK)).toMatchObject({ price: 345_526n, confidence: 517n, exponent: -10 })
  })

  it('holds what scales to our prices', () => {
    const { price, confidence, exponent } = decodePriceUpdate(SOL)
    expect([scalePrice(price, exponent), scaleConfidence(confidence, exponent)]).toEqual([215_681_370n, 201_345n])
  })

  it('is undone by encodePriceUpdate, byte for byte', () => {
    for (const data of [SOL, BONK]) {
      expect(data).toHaveLength(PRICE_UPDATE_SIZE)
      expect(encodePriceUpdate(decodePriceUpdate(data))).toEqual(data)
    }
  })

  it('refuses partly verified updates and other accounts', () => {
    expect(() => decodePriceUpdate(PARTIAL)).toThrow('not fully verified')
    expect(() => decodePriceUpdate(new Uint8Array(134))).toThrow('not a Pyth price update')
    expect(() => decodePriceUpdate(SOL.subarray(0, 100))).toThrow(RangeError)
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
