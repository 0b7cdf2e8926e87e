import type { ProcedureMeta } from '#server/platform/procedures.ts'

type OpenApi = NonNullable<ProcedureMeta['openapi']>

/** The REST face of a procedure, in one line. */
export const rest = (
  method: OpenApi['method'],
  path: OpenApi['path'],
  tag: string,
  summary: string,
  alsoAt: NonNullable<OpenApi['alsoAt']> = [],
): ProcedureMeta => ({
  openapi: { method, path, summary, tags: [tag], alsoAt },
})
