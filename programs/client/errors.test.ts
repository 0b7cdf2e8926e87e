import { describe, expect, it } from 'vitest'
import { explainFailure, explainProgramError } from './errors.ts'
import { PROGRAM_ERRORS } from './generated/errors.ts'
import { PROGRAM_ADDRESS } from './generated/program.ts'

const custom = (number: number) => ({ InstructionError: [0, { Custom: number }] })
const numberOf = (code: string) => Number(Object.entries(PROGRAM_ERRORS).find(([, error]) => error.code === code)?.[0])

describe('explainFailure', () => {
  it('gives the program’s own sentence and what to do', () => {
    expect(explainFailure(custom(numberOf('InsufficientMargin')))).toEqual({
      code: 'InsufficientMargin',
      message: "The account's margin is too small for this.",
      action: 'Deposit more collateral, use a smaller size, or a price limit nearer to the market.',
    })
  })

  it('knows by the logs which program a custom number is of', () => {
    const logs = (program: string) => [
      `Program ${PROGRAM_ADDRESS} invoke [1]`,
      `Program ${program} invoke [2]`,
      `Program ${program} failed: custom program error: 0x1`,
      `Program ${PROGRAM_ADDRESS} failed: custom program error: 0x1`,
    ]
    const token = explainFailure(custom(1), logs('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'))
    const system = explainFailure(custom(1), logs('11111111111111111111111111111111'))
    const other = explainFailure(custom(1), logs('Vote111111111111111111111111111111111111111'))
    expect([token.code, system.code, other.code]).toEqual(['TokenInsufficientFunds', 'InsufficientLamports', 'Custom1'])
    expect(other.message).toContain('Vote1111')
  })

  it.each([
    ['BlockhashNotFound', 'BlockhashNotFound'],
    [{ InsufficientFundsForRent: { account_index: 0 } }, 'InsufficientFundsForRent'],
    [{ InstructionError: [2, 'ComputationalBudgetExceeded'] }, 'ComputationalBudgetExceeded'],
    [{ InstructionError: [0, { Custom: 3012 }] }, 'AccountNotInitialized'],
    [{ InstructionError: [0, { Custom: 2006 }] }, 'ConstraintSeeds'],
    [{ InstructionError: [0, { Custom: 4242 }] }, 'Custom4242'],
    ['ClusterMaintenance', 'ClusterMaintenance'],
    [null, 'Unknown'],
    [{ InstructionError: 'odd' }, 'InstructionError'],
  ])('has a sentence for %j', (err, code) => {
    const failure = explainFailure(err)
    expect(failure.code).toBe(code)
    expect(failure.message).toMatch(/^[A-Z].*\.$/)
    expect(failure.action).toMatch(/^[A-Z].*\.$/)
  })

  it('writes every sentence of the program whole', () => {
    for (const number of Object.keys(PROGRAM_ERRORS).map(Number)) {
      const { message, action } = explainProgramError(number)
      expect(message).toMatch(/^[A-Z].*[^.]\.$/)
      if (action !== null) expect(action).toMatch(/^[A-Z].*\.$/)
    }
  })
})
