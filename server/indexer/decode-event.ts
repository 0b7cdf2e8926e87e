import { BN, BorshEventCoder, convertIdlToCamelCase, type Idl } from '@coral-xyz/anchor'
import { PublicKey } from '@solana/web3.js'
import idl from '#artifacts/perps.json' with { type: 'json' }
import type { PerpsEvent } from './perps-event.ts'

const coder = new BorshEventCoder(convertIdlToCamelCase(idl as Idl))

export function decodeEvent(data: Uint8Array): PerpsEvent | null {
  const decoded = coder.decode(Buffer.from(data).toString('base64'))
  if (decoded === null) return null
  return { name: decoded.name.charAt(0).toUpperCase() + decoded.name.slice(1), data: plain(decoded.data) } as PerpsEvent
}

function plain(value: unknown, key = ''): unknown {
  if (BN.isBN(value)) return BigInt(String(value))
  if (value instanceof PublicKey) return value.toBase58()
  if (Array.isArray(value) && key === 'symbol') return Buffer.from(value).toString().replace(/\0+$/, '')
  if (Array.isArray(value) && key === 'feedId') return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) return value.map((item) => plain(item))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    const [only] = entries
    if (entries.length === 1 && only !== undefined && typeof only[1] === 'object' && only[1] !== null && Object.keys(only[1]).length === 0) return only[0]
    return Object.fromEntries(entries.map(([name, item]) => [name, plain(item, name)]))
  }
  return value
}
