import { numberMarks } from './format-choice.ts'

/**
 * A number as people write it to plain decimal text. A comma or a point that is typed is the decimal point; in a number
 * that came in whole, by pasting, the reader's other mark parts thousands: "5,000" means five thousand, unless he writes
 * 5.000 for that. `previous`: what the field held before, as plain decimal text.
 */
export function numberText(typed: string, previous: string): string {
  const { point } = numberMarks()
  const other = point === '.' ? ',' : '.'
  const text = typed.replace(/[\s\u202f\u2019'_$]/g, '')
  const isPasted = text.replace(other, '') !== previous.replace('.', point)
  const thousands = new RegExp(`^-?[1-9]\\d{0,2}([${other}]\\d{3})+([${point}]\\d*)?$`)
  const digits = isPasted && thousands.test(text) ? text.replaceAll(other, '') : text
  return digits.replaceAll(',', '.')
}
