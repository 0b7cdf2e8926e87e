import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const FOLDER = 'bench'

/**
 * What a file of bench/ exports. A row is columns and their values, beginning with `what`; `met` says whether its target
 * was met.
 */
const bench = z.object({
  name: z.string(),
  run: z.custom<() => Promise<unknown>>((value) => typeof value === 'function'),
})
const rows = z.array(
  z
    .object({ what: z.string(), met: z.boolean().optional() })
    .catchall(z.union([z.string(), z.number(), z.boolean(), z.undefined()])),
)

type Row = z.output<typeof rows>[number]

export async function run(args: readonly string[]): Promise<number> {
  const files = existsSync(FOLDER)
    ? (await readdir(FOLDER)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    : []
  const names = files.map((file) => file.replace(/\.ts$/, '')).sort()
  const unknown = args.find((arg) => !names.includes(arg))
  if (unknown !== undefined) {
    console.error(`There is no bench "${unknown}"; there are: ${names.join(', ')}.`)
    return 2
  }
  let missed = 0
  for (const file of args.length === 0 ? names : args) {
    const { name, run: measure } = bench.parse(await import(resolve(join(FOLDER, `${file}.ts`))))
    const measured = rows.parse(await measure())
    missed += measured.filter(({ met }) => met === false).length
    console.log(`\n${name}\n${table(measured)}`)
  }
  return missed === 0 ? 0 : 1
}

function table(measured: readonly Row[]): string {
  const columns = [...new Set(measured.flatMap((row) => Object.keys(row)))].filter((column) => column !== 'met')
  const cells = [
    ['', ...columns],
    ...measured.map((row) => [
      row.met === undefined ? '' : row.met ? '✓' : '✗',
      ...columns.map((column) => (row[column] === undefined ? '' : String(row[column]))),
    ]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(1, ...cells.map((row) => row[column]?.length ?? 0))) ?? []
  return cells
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}
