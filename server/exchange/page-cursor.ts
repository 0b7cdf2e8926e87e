import { AppError } from '#server/platform/errors.ts'

/** Where a page of account history ended: the keys it is ordered by, newest first. */
export type PageKey = { at: Date; sequence: bigint; subAccount: string }

export function encodeCursor({ at, sequence, subAccount }: PageKey): string {
  return `${at.getTime()}.${sequence}.${subAccount}`
}

/** @throws AppError BAD_INPUT when it is not a cursor of ours. */
export function decodeCursor(cursor: string): PageKey {
  const match = /^(\d{1,15})\.(\d{1,20})\.([1-9A-HJ-NP-Za-km-z]{32,44})$/.exec(cursor)
  const [, at, sequence, subAccount] = match ?? []
  if (at === undefined || sequence === undefined || subAccount === undefined) {
    throw new AppError('BAD_INPUT', {
      message: `cursor "${cursor}" is not one that a page returned: pass nextCursor as it came`,
    })
  }
  return { at: new Date(Number(at)), sequence: BigInt(sequence), subAccount }
}
