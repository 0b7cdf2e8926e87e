import { pageRequest } from '../page-request.ts'

/** Marks of thousands and decimals by the name of the format; the narrow no-break space parts groups as SI does. */
const MARKS = {
  'space-point': ['\u202f', '.'],
  'comma-point': [',', '.'],
  'point-comma': ['.', ','],
  'space-comma': ['\u202f', ','],
  'apostrophe-point': ['\u2019', '.'],
} as const satisfies Record<string, readonly [group: string, point: string]>

export type NumberFormat = keyof typeof MARKS
export const NUMBER_FORMATS = Object.keys(MARKS) as NumberFormat[]

/** How the reader wants numbers and times written. */
export type FormatChoice = {
  numbers: NumberFormat
  /** IANA name. */
  timeZone: string
}

export const DEFAULT_FORMAT: FormatChoice = { numbers: 'space-point', timeZone: 'UTC' }

let ofThisPage = DEFAULT_FORMAT

/** On the server every request has its own; in the browser there is one reader. */
export function setFormatChoice({ numbers, timeZone }: FormatChoice): void {
  const choice = { numbers, timeZone }
  const request = pageRequest()
  if (request !== undefined) request.format = choice
  else if (typeof window !== 'undefined') ofThisPage = choice
}

export const formatChoice = (): FormatChoice => pageRequest()?.format ?? ofThisPage

export function numberMarks(): { group: string; point: string } {
  const [group, point] = MARKS[formatChoice().numbers]
  return { group, point }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}
