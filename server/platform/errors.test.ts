import { expect, test } from 'vitest'
import { AppError, ERROR_CLASSES, isConnectionFailure, problem, toAppError } from './errors.ts'

test('below 500 the person reads the message and details; at 500 and above neither leaves the server', () => {
  const refused = new AppError('BAD_INPUT', { message: 'size 0.001 is below the step 0.01', details: { step: '0.01' } })
  expect(problem(refused, 'r1')).toMatchObject({
    status: 400,
    detail: 'size 0.001 is below the step 0.01',
    details: { step: '0.01' },
  })

  const broken = new AppError('INTERNAL', { message: 'row 7 has no market', details: { row: 7 } })
  const document = problem(broken, 'r2')
  expect(document).toMatchObject({
    status: 500,
    code: 'INTERNAL',
    requestId: 'r2',
    detail: ERROR_CLASSES.INTERNAL.userMessage,
  })
  expect(JSON.stringify(document)).not.toContain('row')
})

test('a thrown value that is not ours becomes INTERNAL and keeps its cause', () => {
  const cause = new TypeError('x is not a function')
  expect(toAppError(cause)).toMatchObject({ code: 'INTERNAL', cause })
  expect(toAppError('text')).toMatchObject({ code: 'INTERNAL', message: 'text' })
})

test('what the database driver throws while the server is away is DATABASE_UNAVAILABLE', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5433'), { code: 'ECONNREFUSED' })
  const shutdown = Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })
  const cut = new Error('Connection terminated unexpectedly')
  for (const error of [refused, shutdown, cut]) expect(toAppError(error).code).toBe('DATABASE_UNAVAILABLE')
})

test('what an RPC client throws while the chain is away is not blamed on the database', () => {
  const fetchFailed = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
  const fetchError = Object.assign(new Error('request failed'), { name: 'FetchError', code: 'ECONNREFUSED' })
  expect([fetchFailed, fetchError].map(isConnectionFailure)).toEqual([false, false])
})
