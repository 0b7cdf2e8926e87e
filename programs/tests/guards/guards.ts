/** The guards of docs/threat-model.md, and the scene that plays the attack each one stops. */

export type Guard = {
  /** The attack. */
  name: string
  /** Below programs/. */
  file: string
  /** Source text of the guard, exactly once in the file, and what stands there when it is gone. */
  guard: string
  without: string
  /** Test file in programs/tests, and a test's name. */
  scene: readonly [file: string, name: string]
}

export const GUARDS: readonly Guard[] = []
