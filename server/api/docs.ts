import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { Hono } from 'hono'
import type { AsyncApiDocument } from './asyncapi.ts'
import type { OpenApiDocument } from './openapi.ts'
import type { ApiEnv } from './rest.ts'

/** Files of the npm package that the page loads, by name. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}
const FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>QuantDesk API</title>
    <link rel="icon" type="image/png" href="/api/docs/swagger/favicon-32x32.png" />
    <link rel="stylesheet" href="/api/docs/swagger/swagger-ui.css" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="/api/docs/swagger/swagger-ui-bundle.js"></script>
    <script src="/api/docs/swagger/start.js"></script>
  </body>
</html>
`

const START = `SwaggerUIBundle({
  url: '/api/docs/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'none',
  filter: true,
  tryItOutEnabled: true,
})
`

/** Its own files alone; Swagger UI sets styles at its elements, and shows images it has inside. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** `/api/docs`: both documents, and a page to read and try the first one, with nothing from another host. */
export function docsApp(documents: { openapi: OpenApiDocument; asyncapi: AsyncApiDocument }): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  const cached = { 'cache-control': 'public, max-age=300' }
  app.get('/openapi.json', (c) => c.json(documents.openapi, 200, cached))
  app.get('/asyncapi.json', (c) => c.json(documents.asyncapi, 200, cached))
  app.get('/swagger', (c) => c.html(PAGE, 200, { 'content-security-policy': POLICY }))
  app.get('/swagger/start.js', (c) =>
    c.body(START, 200, { ...cached, 'content-type': 'text/javascript; charset=utf-8' }),
  )
  for (const [name, type] of Object.entries(ASSETS)) {
    app.get(`/swagger/${name}`, (c) => {
      const file = Readable.toWeb(createReadStream(join(FOLDER, name))) as ReadableStream
      return c.body(file, 200, { ...cached, 'content-type': type })
    })
  }
  return app
}
