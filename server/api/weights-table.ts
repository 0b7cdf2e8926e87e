import type { AnyTRPCRouter } from '@trpc/server'
import { COSTS, type CostClass } from '#server/platform/procedures.ts'
import { restProcedures } from './openapi.ts'

const WHAT: Readonly<Record<CostClass, string>> = {
  row: 'a row or a few: every call that stands in no other line',
  page: 'a list, as long as its limit',
  sum: 'sums over all that an account, or everybody, ever did',
  stream: 'opening a stream; what it brings counts nothing',
  outside: 'asks somebody else: a mail server, Telegram, another site',
  guess: 'a token that is wrong, `AUTH` over `/ws`, the link that unsubscribes',
  export: 'all rows that there are',
  order: 'an order; sending a transaction, unless it only cancels',
  cancel: 'taking orders off; sending a transaction that only cancels',
}
/** What is answered beside the procedures. */
const BESIDE: Partial<Record<CostClass, readonly string[]>> = {
  stream: ['GET /stream'],
  export: ['GET /portfolio/csv/{authority}'],
}

/** The table of weights as docs/api.md has it, between its marks. */
export function weightsTable(root: AnyTRPCRouter): string {
  const procedures = restProcedures(root)
  const lines = Object.entries(COSTS).map(([name, { bucket, weight }]) => {
    const calls = procedures.flatMap(({ cost, method, paths: [path] }) => (cost === name ? [`${method} ${path}`] : []))
    const listed = name === 'row' ? [] : [...calls, ...(BESIDE[name as CostClass] ?? [])]
    const named = listed.map((call) => `\`${call}\``).join(', ')
    return `| ${name} | \`${bucket}\` | ${weight} | ${WHAT[name as CostClass]} | ${named} |`
  })
  return ['| class | allowance | weight | what | calls |', '|---|---|---|---|---|', ...lines].join('\n')
}
