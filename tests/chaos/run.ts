import { parseArgs } from 'node:util'
import { makeTrouble } from './troubles.ts'

/** `npm run test:chaos -- --rounds 200 --seed 1`: the long form of the test beside it, with its figures. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const rounds = Number(values.rounds)
say(`${rounds} rounds of kill -9 and bad network, seed ${values.seed}`)
const { findings, ...figures } = await makeTrouble({ rounds, seed: Number(values.seed) }, (round) => {
  if (round % 20 === 0) say(`${round} rounds`)
})
say(JSON.stringify(figures, null, 2))
for (const [promise, broken] of Object.entries(findings)) {
  say(`${broken.length === 0 ? '✓' : '✗'} ${promise}`)
  for (const line of broken.slice(0, 20)) say(`    ${line}`)
}
process.exit(Object.values(findings).every((broken) => broken.length === 0) ? 0 : 1)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
