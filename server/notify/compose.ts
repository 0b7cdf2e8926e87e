import { z } from 'zod'
import { BASE_DECIMALS, formatUnits, PRICE_DECIMALS, QUOTE_DECIMALS } from '#client/units.ts'
import type { Kind } from './kinds.ts'

/** What a happening says of itself, as supabase/migrations/0019_notify.sql writes it: money in native units. */
const units = (decimals: number) =>
  z
    .string()
    .regex(/^-?\d+$/)
    .transform((text) => formatUnits(BigInt(text), decimals))
const price = units(PRICE_DECIMALS)
const size = units(BASE_DECIMALS)
const quote = units(QUOTE_DECIMALS)
const place = { subAccount: z.string(), signature: z.string() }

const FACTS = {
  'order.filled': z.object({
    market: z.string(),
    side: z.enum(['buy', 'sell']),
    price,
    size,
    fee: quote,
    realisedPnl: quote,
    orderId: z.string().nullable(),
    ...place,
  }),
  'order.canceled': z.object({ market: z.string(), orderId: z.string(), reason: z.string(), size, ...place }),
  'position.liquidated': z.object({
    market: z.string(),
    side: z.enum(['buy', 'sell']),
    price,
    size,
    realisedPnl: quote,
    ...place,
  }),
  'position.reduced': z.object({
    market: z.string(),
    side: z.enum(['buy', 'sell']),
    price,
    size,
    fee: quote,
    realisedPnl: quote,
    cause: z.string(),
    ...place,
  }),
  'transfer.deposit': z.object({ mint: z.string(), symbol: z.string(), amount: z.string(), ...place }),
  'transfer.withdrawal': z.object({ mint: z.string(), symbol: z.string(), amount: z.string(), ...place }),
  'alert.price': z.object({ market: z.string(), direction: z.enum(['above', 'below']), threshold: price, price }),
  'security.signed_in': z.object({ ip: z.string().nullable(), userAgent: z.string().nullable() }),
  'security.api_key_created': z.object({ label: z.string(), scopes: z.string().array() }),
  'security.signing_key_made': z.object({ subAccountId: z.number(), maxOrderNotional: quote, maxDayNotional: quote }),
  'security.factor_reset_begun': z.object({ dueAt: z.number() }),
  'security.factors_removed': z.object({}),
  'security.email_confirmed': z.object({ address: z.string() }),
  'webhook.disabled': z.object({ url: z.string(), reason: z.string() }),
  'email.disabled': z.object({ address: z.string(), reason: z.string() }),
} satisfies Record<Kind, z.ZodType>

type Facts = { [K in Kind]: z.output<(typeof FACTS)[K]> }

/** The words of a notification, and its facts as they go out: exact decimals instead of native units. */
export type Telling = { title: string; body: string; data: Readonly<Record<string, unknown>> }

const REASONS: Readonly<Record<string, string>> = {
  expired: 'its time had passed',
  lapsed: 'no price came in time to fill it',
  price_limit: 'the price was beyond its limit',
  nothing_to_reduce: 'there was no position left to reduce',
  insufficient_margin: 'the margin did not suffice',
  pool_capacity: 'the pool had no room for it',
  risk_refused: 'the risk rules refused it',
  price_refused: 'the price was refused as not reliable',
  self_trade: 'it would have traded with an order of your own',
  not_whole: 'it could not be filled whole',
  delegate_budget: "the trading key's loss budget was spent",
  below_initial_margin: 'the account fell below its initial margin',
  market_settled: 'the market was wound down',
}

const WORDS: { [K in Kind]: (facts: Facts[K]) => { title: string; body: string } } = {
  'order.filled': ({ market, side, price, size, fee, realisedPnl }) => ({
    title: `${market}: ${side === 'buy' ? 'bought' : 'sold'} ${size} at ${price}`,
    body: realisedPnl === '0' ? `Fee ${fee} USDC.` : `Realised ${realisedPnl} USDC, fee ${fee} USDC.`,
  }),
  'order.canceled': ({ market, orderId, reason }) => ({
    title: `${market}: order ${orderId} was cancelled`,
    body: `The exchange took it off: ${REASONS[reason] ?? reason.replaceAll('_', ' ')}.`,
  }),
  'position.liquidated': ({ market, side, size, price, realisedPnl }) => ({
    title: `${market}: liquidated`,
    body: `${size} ${side === 'sell' ? 'sold' : 'bought back'} at ${price}; realised ${realisedPnl} USDC.`,
  }),
  'position.reduced': ({ market, side, size, price, realisedPnl, cause }) => ({
    title: `${market}: position reduced by the exchange`,
    body: `${size} ${side === 'sell' ? 'sold' : 'bought back'} at ${price} ${cause === 'deleverage' ? 'by deleveraging' : 'as the market was wound down'}; realised ${realisedPnl} USDC.`,
  }),
  'transfer.deposit': ({ symbol, amount }) => ({ title: `Deposited ${amount} ${symbol}`, body: '' }),
  'transfer.withdrawal': ({ symbol, amount }) => ({
    title: `Withdrew ${amount} ${symbol}`,
    body: 'If this was not you, your wallet is no longer yours alone: move what is left.',
  }),
  'alert.price': ({ market, direction, threshold, price }) => ({
    title: `${market} is ${direction} ${threshold}`,
    body: `The oracle price is ${price}.`,
  }),
  'security.signed_in': ({ ip, userAgent }) => ({
    title: 'New sign-in',
    body: `From ${ip ?? 'an unknown address'}, with ${userAgent ?? 'an unknown program'}. If this was not you, end the session in the settings.`,
  }),
  'security.api_key_created': ({ label, scopes }) => ({
    title: `API key “${label}” was made`,
    body: `It may ${scopes.join(', ')}. If this was not you, revoke it in the settings.`,
  }),
  'security.signing_key_made': ({ subAccountId, maxOrderNotional, maxDayNotional }) => ({
    title: `The service may sign for sub-account ${subAccountId}`,
    body: `Orders up to ${maxOrderNotional} USDC, and ${maxDayNotional} USDC in 24 hours, once your wallet has allowed it. If this was not you, revoke it in the settings.`,
  }),
  'security.factor_reset_begun': ({ dueAt }) => ({
    title: 'Your second factors will be removed',
    body: `Support was asked to, and will at ${new Date(dueAt).toISOString().slice(0, 16).replace('T', ' ')} UTC. If this was not you, sign in and stop it in the settings, under Security.`,
  }),
  'security.factors_removed': () => ({
    title: 'Your second factors were removed',
    body: 'All sessions were ended. Sign in with your wallet and set up new ones.',
  }),
  'security.email_confirmed': ({ address }) => ({
    title: 'E-mail address confirmed',
    body: `${address} is told what you choose in the settings. If this was not you, remove it there and end the other sessions.`,
  }),
  'webhook.disabled': ({ url, reason }) => ({
    title: 'A webhook was switched off',
    body: `${url}: ${reason}. Mend it and switch it on again; what it missed can be sent once more.`,
  }),
  'email.disabled': ({ address, reason }) => ({
    title: 'E-mail was switched off',
    body: `Nothing more is sent to ${address}: ${reason}. Confirm it again in the settings to go on.`,
  }),
}

/** @throws ZodError when the facts are not of the kind: a bug of whoever wrote them. */
export function compose<K extends Kind>(kind: K, facts: unknown): Telling {
  const data = FACTS[kind].parse(facts) as Facts[K]
  return { ...WORDS[kind](data), data }
}
