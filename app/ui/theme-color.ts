/**
 * What the system paints around the page, and behind it while it starts: --panel and --bg of tokens.css. Manifest and
 * metadata cannot read a stylesheet, so a test holds the two together.
 */
export const THEME_COLOR = { dark: '#0f1216', light: '#ffffff' } as const
export const START_COLOR = '#0a0c0f'
