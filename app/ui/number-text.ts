const THOUSANDS = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/

/**
 * A number as people write it to plain decimal text. A comma that is typed is the decimal point; in a number that came
 * in whole, by pasting, "5,000" means five thousand. `previous`: what the field held before, without commas.
 */
export function numberText(typed: string, previous: string): string {
  const text = typed.replace(/[\s\u202f_$]/g, '')
  const isPasted = text.replace(',', '') !== previous
  return isPasted && THOUSANDS.test(text) ? text.replaceAll(',', '') : text.replaceAll(',', '.')
}
