import type { Journal } from './journal.ts'

/**
 * Calls back when what has been appended to the journal is on disk, in the order of the calls.
 * @param onFailure - told once when the disk refuses; nothing is called back after that.
 */
export function createConfirmations(journal: Pick<Journal, 'flushed'>, onFailure: (error: Error) => void) {
  let waiting: (() => void)[] = []
  let running = false

  async function run(): Promise<void> {
    running = true
    try {
      while (waiting.length > 0) {
        const batch = waiting
        waiting = []
        await journal.flushed()
        for (const confirmed of batch) confirmed()
      }
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)))
    } finally {
      running = false
    }
  }

  return (confirmed: () => void): void => {
    waiting.push(confirmed)
    if (!running) void run()
  }
}
