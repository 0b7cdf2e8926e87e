import { t, word } from '#app/i18n/t.ts'

/** What is wrong with a number that was typed. */
export type Misread = 'notPositive' | 'noNumber' | 'tooFine' | 'belowZero'

const OF_FIELD: Readonly<Record<Misread, string>> = {
  notPositive: word('The {field} must be above 0.'),
  noNumber: word('The {field} is not a number: write digits and at most one point, like 143.27.'),
  tooFine: word('The {field} has too many decimal places.'),
  belowZero: word('The {field} is further away than the price is from zero.'),
}

const OF_ITSELF: Readonly<Record<Misread, string>> = {
  notPositive: word('It must be above 0.'),
  noNumber: word('It is not a number: write digits and at most one point, like 143.27.'),
  tooFine: word('It has too many decimal places.'),
  belowZero: word('It is further away than the price is from zero.'),
}

/** A sentence about it; `field`: what it is called where there are several. */
export const misreadText = (problem: Misread, field?: string): string =>
  field === undefined ? t(OF_ITSELF[problem]) : t(OF_FIELD[problem], { field })
