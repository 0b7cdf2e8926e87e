import { expect } from 'vitest'
import type { Receipt } from './harness.ts'
import { errorName } from './program.ts'

/** The call failed with this error of the program. */
export function expectRefusal(receipt: Receipt, error: string): void {
  expect({ ok: receipt.ok, error: errorName(receipt.errorCode) }, receipt.logs.slice(0, -1).join('\n')).toEqual({
    ok: false,
    error,
  })
}

/** The call failed with one of Anchor's own account checks. */
export function expectAnchorRefusal(receipt: Receipt, code: number): void {
  expect({ ok: receipt.ok, code: receipt.errorCode }, receipt.logs.slice(0, -1).join('\n')).toEqual({ ok: false, code })
}
