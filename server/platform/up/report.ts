import type { PartState } from '../supervise.ts'

const COLOURED = process.stdout.isTTY === true

function paint(code: number, text: string): string {
  return COLOURED ? `\u001b[${code}m${text}\u001b[0m` : text
}

const green = (text: string) => paint(32, text)
export const red = (text: string) => paint(31, text)
export const dim = (text: string) => paint(2, text)
export const bold = (text: string) => paint(1, text)

export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function sayDone(what: string, detail: string, tookMs?: number): void {
  const took = tookMs === undefined ? '' : dim(`  ${seconds(tookMs)}`)
  say(`  ${green('✓')} ${what.padEnd(12)} ${detail}${took}`)
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** What a person at the terminal learns when a part changes its state; `label` is its name for people. */
export function partLine(label: string, detail: string, state: PartState): string | undefined {
  switch (state.kind) {
    case 'ready':
      return `  ${green('✓')} ${label.padEnd(12)} ${detail}${dim(`  ${seconds(state.afterMs)}`)}`
    case 'crashed':
      return `  ${red('✗')} ${label.padEnd(12)} ${state.reason}; starting again in ${seconds(state.retryMs)}`
    case 'given-up':
      return `  ${red('✗')} ${label.padEnd(12)} ${bold('stopped')}: ${state.reason}`
    case 'starting':
    case 'stopping':
    case 'stopped':
      return undefined
  }
}
