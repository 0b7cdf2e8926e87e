import { t } from '#app/i18n/t.ts'

/** Whole seconds in words: "60 seconds", "2 hours", "3 days". */
export function durationText(seconds: number): string {
  if (seconds === 0) return t('none')
  if (seconds % 86_400 === 0) return t('{count, plural, one {# day} other {# days}}', { count: seconds / 86_400 })
  if (seconds % 3_600 === 0) return t('{count, plural, one {# hour} other {# hours}}', { count: seconds / 3_600 })
  if (seconds % 60 === 0 && seconds > 60) {
    return t('{count, plural, one {# minute} other {# minutes}}', { count: seconds / 60 })
  }
  return t('{count, plural, one {# second} other {# seconds}}', { count: seconds })
}
