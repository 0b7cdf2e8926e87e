import { AppError } from './errors.ts'

const PATTERN = /^[\x21-\x7e]{16,128}$/

/** @throws AppError BAD_INPUT for a key that is none. */
export function requireIdempotencyKey(key: string): string {
  if (PATTERN.test(key)) return key
  throw new AppError('BAD_INPUT', {
    message: 'Idempotency-Key: give 16 to 128 visible characters, a UUID for example',
  })
}
