import { readFile } from 'node:fs/promises'
import type { AnyTRPCRouter } from '@trpc/server'
import packageJson from '../../package.json' with { type: 'json' }
import { type AsyncApiDocument, asyncApiDocument } from './asyncapi.ts'
import { type OpenApiDocument, openApiDocument } from './openapi.ts'
import { createRoot, type RootParts } from './root.ts'
import { weightsTable } from './weights-table.ts'

/** Both documents of the API, made from the schemas it checks with. Copies of them are kept in docs/. */
export function documentsOf(root: AnyTRPCRouter): { openapi: OpenApiDocument; asyncapi: AsyncApiDocument } {
  return { openapi: openApiDocument(root, packageJson.version), asyncapi: asyncApiDocument(packageJson.version) }
}

const GUIDE = 'docs/api.md'
const WEIGHTS = /(?<=<!-- weights -->\n).*?(?=\n<!-- \/weights -->)/s

/**
 * The documents as docs/ keeps them, by file; of the guide what is generated is new, and the rest as it was. The procedures
 * are read here and never called, so they need no parts.
 */
export async function documentFiles(): Promise<Record<string, string>> {
  const root = createRoot({} as RootParts)
  const { openapi, asyncapi } = documentsOf(root)
  const text = (document: object) => `${JSON.stringify(document, null, 2)}\n`
  const guide = (await readFile(GUIDE, 'utf8')).replace(WEIGHTS, () => weightsTable(root))
  return { 'docs/openapi.json': text(openapi), 'docs/asyncapi.json': text(asyncapi), [GUIDE]: guide }
}
