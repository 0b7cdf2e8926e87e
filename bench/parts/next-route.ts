import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'

/** One route handler of Next that answers `body`, built and served as `./qd up` serves pages: in this process. */
export async function startNextRoute(body: string): Promise<{ url: string; stop(): Promise<void> }> {
  await mkdir('.data', { recursive: true })
  // Inside the repository, so that the build finds its packages.
  const dir = await mkdtemp(resolve('.data/bench-next-'))
  await mkdir(join(dir, 'app/rows'), { recursive: true })
  const config = `export default { turbopack: { root: ${JSON.stringify(resolve('.'))} }, compress: false, poweredByHeader: false }`
  await writeFile(join(dir, 'next.config.mjs'), config)
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  await writeFile(
    join(dir, 'app/rows/route.js'),
    `const rows = ${body}\nexport const dynamic = 'force-dynamic'\nexport const GET = () => Response.json(rows)\n`,
  )
  const build = spawn(process.execPath, [resolve('node_modules/next/dist/bin/next'), 'build', dir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(build, 'close')
  if (code !== 0) throw new Error(`next build ended with ${String(code)}`)

  const { default: next } = await import('next')
  const server = createServer()
  const app = next({ dev: false, dir, httpServer: createServer() })
  await app.prepare()
  const handle = app.getRequestHandler()
  server.on('request', (request, response) => void handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/rows`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
