import { decimalsOf } from '#app/ui/format.ts'
import { formatUnits, parseUnits } from '#client/units.ts'

/** The price on the tick nearest to where a pointer is, as exact text; at least one tick. */
export function snapToTick(price: number, tickSize: string): string {
  const decimals = decimalsOf(tickSize)
  const ticks = Math.max(1, Math.round(price / Number(tickSize)))
  return formatUnits(BigInt(ticks) * parseUnits(tickSize, decimals), decimals)
}

/** `ticks` further up or down, exactly; at least one tick. */
export function stepTicks(price: string, ticks: number, tickSize: string): string {
  return snapToTick(Number(price) + ticks * Number(tickSize), tickSize)
}
