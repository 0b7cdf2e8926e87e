import type { AnyTRPCRouter } from '@trpc/server'
import packageJson from '../../package.json' with { type: 'json' }
import { type AsyncApiDocument, asyncApiDocument } from './asyncapi.ts'
import { type OpenApiDocument, openApiDocument } from './openapi.ts'
import { createRoot, type RootParts } from './root.ts'

/** Both documents of the API, made from the schemas it checks with. Copies of them are kept in docs/. */
export function documentsOf(root: AnyTRPCRouter): { openapi: OpenApiDocument; asyncapi: AsyncApiDocument } {
  return { openapi: openApiDocument(root, packageJson.version), asyncapi: asyncApiDocument(packageJson.version) }
}

/** The documents as docs/ keeps them, by file. The procedures are read here and never called, so they need no parts. */
export function documentFiles(): Record<string, string> {
  const { openapi, asyncapi } = documentsOf(createRoot({} as RootParts))
  const text = (document: object) => `${JSON.stringify(document, null, 2)}\n`
  return { 'docs/openapi.json': text(openapi), 'docs/asyncapi.json': text(asyncapi) }
}
