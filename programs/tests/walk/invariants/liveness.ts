/** Invariant 12, and that nothing ends in a way nobody foresaw. */
import type { Step } from '../walk.ts'
import { holds } from './broken.ts'

const PAUSES = ['OpensPaused', 'PoolFillsPaused', 'WithdrawalsPaused', 'PoolDepositsPaused', 'PoolExitsPaused']

/** Never held up by a pause: more margin, less risk, and prices. */
const NEVER_PAUSED = new Set([
  'depositTokens',
  'depositNativeSol',
  'closePosition',
  'cancelOrder',
  'liquidatePosition',
  'deleverage',
  'liquidateCollateral',
  'resolveBankruptcy',
  'updateOraclePrice',
  'settleFunding',
  'settlePosition',
  'settleMarket',
  'expireOrders',
  'forceCancelOrders',
  'refillInsurance',
  'transferCollateral',
])

export function checkLiveness({ attempt, outcome }: Step, isWrong: boolean): void {
  if (outcome.ok) return
  const { error } = outcome
  // A number without a name, an overflow or a panic: the program met something it was not made for.
  const isForeseen =
    !error.startsWith('#') && !/ProgramFailed|ComputationalBudget|AccountBorrow|MathOverflow/.test(error)
  holds(isForeseen || isWrong, `12: ${attempt.label} ended with ${error}`)
  holds(!PAUSES.includes(error) || !NEVER_PAUSED.has(attempt.name), `12: ${attempt.label} is held up by ${error}`)
  const { mayFailWith } = attempt
  holds(
    isWrong || mayFailWith === undefined || mayFailWith.includes(error),
    `12: ${attempt.label} is refused with ${error}`,
  )
}
