/** Whole seconds in words: "60 seconds", "2 hours", "3 days". */
export function durationText(seconds: number): string {
  const [count, unit] =
    seconds % 86_400 === 0
      ? [seconds / 86_400, 'day']
      : seconds % 3_600 === 0
        ? [seconds / 3_600, 'hour']
        : seconds % 60 === 0 && seconds > 60
          ? [seconds / 60, 'minute']
          : [seconds, 'second']
  return seconds === 0 ? 'none' : `${count} ${unit}${count === 1 ? '' : 's'}`
}
