import { MathError } from '#client/math/index.ts'

/** What the formula says, or null where it has no answer: the sizes and prices that people type know no bounds. */
export function answerOf<T>(formula: () => T): T | null {
  try {
    return formula()
  } catch (error) {
    if (error instanceof MathError) return null
    throw error
  }
}
