import type { z } from 'zod'
import type { BankView } from './bank-view.ts'
import { invalidParams } from './errors.ts'
import type { Ledger } from './ledger.ts'
import type { RpcPorts } from './ports.ts'

/** Runtime that LiteSVM is built from; clients read it as the validator's version. */
export const API_VERSION = '4.3.0'

export type RpcContext = { ledger: Ledger; ports: RpcPorts }

export type Method = (context: RpcContext, params: unknown) => unknown

/** A method: the shape of its positional parameters and what it answers. */
export function method<Schema extends z.ZodType>(
  params: Schema,
  handle: (context: RpcContext, params: z.output<Schema>) => unknown,
): Method {
  return (context, raw) => handle(context, parseParams(params, raw))
}

/** @throws RpcError −32602 */
export function parseParams<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw ?? [])
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue === undefined) throw invalidParams('Invalid params')
  const { message, path } = issue
  throw invalidParams(message.startsWith('Invalid param:') ? message : `Invalid params: ${path.join('.')}: ${message}.`)
}

export function inContext<T>({ slot }: Pick<BankView, 'slot'>, value: T) {
  return { context: { apiVersion: API_VERSION, slot }, value }
}
