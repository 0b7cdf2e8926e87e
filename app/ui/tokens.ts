/** Tokens a canvas paints with. A canvas cannot inherit CSS variables, so they are read and handed over. */
const NAMES = [
  'bg',
  'panel',
  'raised',
  'line',
  'line-strong',
  'grid',
  'text',
  'muted',
  'faint',
  'ghost',
  'accent',
  'info',
  'accent-soft',
  'up',
  'up-soft',
  'up-bar',
  'down',
  'down-soft',
  'down-bar',
  'warn',
] as const

export type Tokens = Record<(typeof NAMES)[number], string> & { font: string }

/** The values now in force. Read again when the look changes. */
export function readTokens(): Tokens {
  const style = getComputedStyle(document.documentElement)
  const colors = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]))
  return { ...(colors as Record<(typeof NAMES)[number], string>), font: getComputedStyle(document.body).fontFamily }
}
