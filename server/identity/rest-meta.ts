import type { ProcedureMeta } from '#server/platform/procedures.ts'

type OpenApi = NonNullable<ProcedureMeta['openapi']>

/** The REST face of a procedure, in one line. Nearly all here read or write a row or a few. */
export const rest = (
  method: OpenApi['method'],
  path: OpenApi['path'],
  tag: string,
  summary: string,
  alsoAt: NonNullable<OpenApi['alsoAt']> = [],
): ProcedureMeta => ({
  cost: 'row',
  openapi: { method, path, summary, tags: [tag], alsoAt },
})
