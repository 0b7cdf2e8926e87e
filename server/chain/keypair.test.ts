import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keypair } from '@solana/web3.js'
import bs58 from 'bs58'
import { afterAll, expect, it } from 'vitest'
import { readKeypair } from './keypair.ts'

const directory = mkdtempSync(join(tmpdir(), 'quantdesk-key-'))
afterAll(() => rmSync(directory, { recursive: true }))
const keypair = Keypair.generate()

it('reads a base58 secret key and a solana-keygen file', () => {
  const file = join(directory, 'id.json')
  writeFileSync(file, JSON.stringify([...keypair.secretKey]))
  for (const value of [bs58.encode(keypair.secretKey), file]) {
    expect(readKeypair('KEEPER_KEYPAIR', value).publicKey.equals(keypair.publicKey)).toBe(true)
  }
})

it('names the setting, and never repeats the key, when it cannot read it', () => {
  const damaged = bs58.encode(keypair.secretKey.map((byte, at) => (at > 40 ? byte ^ 1 : byte)))
  writeFileSync(join(directory, 'bad.json'), '[1, 2, 3]')
  for (const value of [damaged, join(directory, 'bad.json'), join(directory, 'missing.json')]) {
    expect(() => readKeypair('KEEPER_KEYPAIR', value)).toThrow(/KEEPER_KEYPAIR/)
    expect(() => readKeypair('KEEPER_KEYPAIR', value)).not.toThrow(new RegExp(damaged.slice(0, 20)))
  }
})
