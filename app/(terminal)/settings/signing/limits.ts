import type { Outputs } from '#app/data/trpc.ts'
import { word } from '#app/i18n/t.ts'

export type SigningKey = Outputs['signingKeys']['list']['keys'][number]

export const TIMES = [
  { days: '1', label: word('1 day') },
  { days: '7', label: word('7 days') },
  { days: '30', label: word('30 days') },
  { days: '90', label: word('90 days') },
] as const
export type Days = (typeof TIMES)[number]['days']

/** What the owner grants, as typed. */
export type Typed = {
  days: Days
  /** Null: every market. */
  markets: readonly string[] | null
  maxOrder: string
  maxDay: string
  distancePercent: string
  ordersPerMinute: string
  lossBudget: string
}

const DEFAULTS: Typed = {
  days: '7',
  markets: null,
  maxOrder: '1000',
  maxDay: '10000',
  distancePercent: '1',
  ordersPerMinute: '30',
  lossBudget: '250',
}

/** What a key has, for its renewal; else what is a fair beginning. */
export function typedOf(key: SigningKey | undefined): Typed {
  if (key === undefined) return DEFAULTS
  const { limits, chain } = key
  return {
    days: DEFAULTS.days,
    markets: limits.markets,
    maxOrder: limits.maxOrderNotional,
    maxDay: limits.maxDayNotional,
    distancePercent: String(limits.maxDistanceBps / 100),
    ordersPerMinute: String(limits.maxOrdersPerMinute),
    lossBudget: chain === null || chain.lossBudget === '0' ? DEFAULTS.lossBudget : chain.lossBudget,
  }
}

const DAY_MS = 86_400_000

/** What is asked for, or null while something typed is no limit. */
export function grantOf(typed: Typed, now: number) {
  const distance = Math.round(Number(typed.distancePercent) * 100)
  const perMinute = Number(typed.ordersPerMinute)
  const isSound =
    [typed.maxOrder, typed.maxDay, typed.lossBudget].every((amount) => Number(amount) > 0) &&
    isWithin(distance, 10_000) &&
    isWithin(perMinute, 600) &&
    typed.markets?.length !== 0
  if (!isSound) return null
  return {
    markets: typed.markets === null ? null : [...typed.markets],
    maxOrderNotional: typed.maxOrder,
    maxDayNotional: typed.maxDay,
    maxDistanceBps: distance,
    maxOrdersPerMinute: perMinute,
    expiresAt: now + Number(typed.days) * DAY_MS,
    lossBudget: typed.lossBudget,
  }
}

const isWithin = (value: number, most: number): boolean => value >= 1 && value <= most
