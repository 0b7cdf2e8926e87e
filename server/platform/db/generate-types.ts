import { generate, PostgresDialect } from 'kysely-codegen'
import type { Db } from './index.ts'

/**
 * The TypeScript of a migrated database's tables, as `types.ts` must hold it. int8 and numeric are bigint there because
 * the driver makes them so (see index.ts).
 */
export async function generateTypes(db: Db): Promise<string> {
  return generate({
    db,
    dialect: new PostgresDialect(),
    defaultSchemas: ['public'],
    includePattern: '{app,chain,public}.*',
    typeMapping: { int8: 'bigint', numeric: 'bigint' },
    outFile: null,
    print: false,
  })
}
