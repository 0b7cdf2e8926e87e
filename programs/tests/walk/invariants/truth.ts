/** What events tell of an account is what the account holds: whoever reads only events knows the whole exchange. */
import type { Market, Mirror } from '../mirror.ts'
import { quoteOf } from '../mirror.ts'
import type { Step, Walk } from '../walk.ts'
import { equal, holds, touched } from './broken.ts'

type Fields = ReadonlyMap<string, unknown>
type Known = readonly [field: string, actual: bigint | number]

export function checkTruth(walk: Walk, step: Step): void {
  if (!step.outcome.ok) return
  for (const { name, data } of step.outcome.events) check(walk.mirror, name, data)
  checkRefusedReductions(step)
}

function check(mirror: Mirror, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) check(mirror, `${path}.${at}`, item)
  } else if (value !== null && typeof value === 'object') {
    const fields: Fields = new Map(Object.entries(value))
    for (const [field, actual] of known(mirror, fields)) {
      const told = fields.get(field)
      if (told !== undefined) equal(told, actual, `${path} tells ${field}`)
    }
    for (const [field, inner] of fields) check(mirror, `${path}.${field}`, inner)
  }
}

/** Fields that can be compared: those of accounts whose last event this is. */
function known(mirror: Mirror, fields: Fields): Known[] {
  const text = (field: string): string => {
    const value = fields.get(field)
    return typeof value === 'string' ? value : ''
  }
  /** Where an event names several accounts, `sequence` alone is another's. */
  const sequence = (own: string): unknown => fields.get(fields.has(own) ? own : 'sequence')
  const found: Known[] = []
  const sub = mirror.find('SubAccount', text('subAccount'))
  if (sub && sequence('subAccountSequence') === sub.sequence) found.push(['quoteBalance', quoteOf(sub)])
  const market = mirror.find('Market', text('market'))
  if (market && sequence('marketSequence') === market.sequence) found.push(...marketFields(market))
  const vault = mirror.find('TokenVault', text('tokenVault'))
  if (vault && fields.get('tokenVaultSequence') === vault.sequence) found.push(['vaultTotalAfter', vault.ledgerTotal])
  if (fields.get('insuranceSequence') === mirror.insurance.sequence) {
    found.push(['insuranceBalance', mirror.insurance.balance])
  }
  return found
}

function marketFields({ ledger, funding, status }: Market): Known[] {
  return [
    ['openInterestLong', ledger.openInterestLong],
    ['openInterestShort', ledger.openInterestShort],
    ['poolBase', ledger.poolBase],
    ['poolQuote', ledger.poolQuote],
    ['poolAllocation', ledger.poolAllocation],
    ['deficit', ledger.deficit],
    ['fundingIndexLong', funding.indexLong],
    ['fundingIndexShort', funding.indexShort],
    ['status', status],
  ]
}

/** 12: no pause and no reduce-only market takes a reduce-only order off. */
function checkRefusedReductions(step: Step): void {
  if (!step.outcome.ok) return
  for (const event of step.outcome.events) {
    if (event.name !== 'OrderCanceled') continue
    const before = touched(step, 'SubAccount').find(({ key }) => key === event.data.subAccount)?.before
    for (const { orderId, reason } of event.data.orders) {
      const order = before?.orders.find((candidate) => candidate.orderId === orderId)
      const isReduceOnly = order !== undefined && (order.flags & 1) !== 0
      holds(!(isReduceOnly && reason === 'riskRefused'), '12: a reduce-only order is never refused for adding risk')
    }
  }
}
