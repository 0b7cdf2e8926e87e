import type { EventOf } from '#client/events.ts'
import type { ChangePayload } from '#client/generated/types.ts'
import type { ChangeKind, Json } from '#server/platform/db/types.ts'
import type { Change } from '../changes.ts'
import { exchangeColumns, marketColumns, vaultColumns } from './exchange.ts'
import { marketStatus } from './parties.ts'
import { chainTime, type Directory } from './place.ts'

const KINDS = {
  exchange: 'exchange',
  feeTiers: 'fee_tiers',
  market: 'market',
  tokenVault: 'token_vault',
  insuranceFloor: 'insurance_floor',
} as const satisfies Record<ChangePayload['kind'], ChangeKind>

export function projectChangeProposed(event: EventOf<'ChangeProposed'>): Change[] {
  const row = {
    change_id: event.changeId,
    address: event.change,
    payload_hash: event.payloadHash,
    proposer: event.proposer,
    proposed_at: chainTime(event.at),
    eta: chainTime(event.eta),
    status: 'proposed' as const,
  }
  return [{ kind: 'put', table: 'changes', row: { ...row, kind: null, payload: null, closed_at: null } }]
}

export function projectChangeCanceled(event: EventOf<'ChangeCanceled'>): Change[] {
  const set = { status: 'canceled' as const, closed_at: chainTime(event.at) }
  return [{ kind: 'update', table: 'changes', key: { change_id: event.changeId }, set }]
}

export function projectChangeExecuted(event: EventOf<'ChangeExecuted'>, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const { payload, changeId } = event
  const set = {
    status: 'executed' as const,
    kind: KINDS[payload.kind],
    payload: json(payload.value),
    closed_at: at,
  }
  return [{ kind: 'update', table: 'changes', key: { change_id: changeId }, set }, changedBy(event, at, directory)]
}

function changedBy(
  { payload, target, targetSequence: sequence }: EventOf<'ChangeExecuted'>,
  at: Date,
  directory: Directory,
): Change {
  const { exchange, insurance } = directory
  switch (payload.kind) {
    case 'exchange':
      return {
        kind: 'update',
        table: 'exchange',
        key: { address: exchange },
        set: { ...exchangeColumns(payload.value), updated_at: at },
      }
    case 'feeTiers':
      return {
        kind: 'update',
        table: 'exchange',
        key: { address: exchange },
        set: { fee_tiers: json(payload.value), updated_at: at },
      }
    case 'market': {
      const { index, status, params } = payload.value
      return {
        kind: 'update',
        table: 'markets',
        key: { market: directory.market(index) },
        set: { ...marketColumns(params), status: marketStatus(status), sequence, updated_at: at },
      }
    }
    case 'tokenVault':
      return {
        kind: 'update',
        table: 'token_vaults',
        key: { mint: directory.mint(target) },
        set: { ...vaultColumns(payload.value.params), updated_at: at },
      }
    case 'insuranceFloor':
      return {
        kind: 'update',
        table: 'insurance',
        key: { address: insurance },
        set: { floor: payload.value, sequence, updated_at: at },
      }
  }
}

export function projectRiskTightened(event: EventOf<'RiskTightened'>, directory: Directory): Change[] {
  const at = chainTime(event.at)
  const { market, tokenVault } = event
  const changes: Change[] = []
  if (market !== null) {
    changes.push({
      kind: 'update',
      table: 'markets',
      key: { market: directory.market(market.index) },
      set: {
        status: marketStatus(market.status),
        open_interest_cap: market.openInterestCap,
        initial_margin_bps: market.initialMarginBps,
        spread_ppm: market.spreadPpm,
        sequence: market.sequence,
        updated_at: at,
      },
    })
  }
  if (tokenVault !== null) {
    changes.push({
      kind: 'update',
      table: 'token_vaults',
      key: { mint: directory.mint(tokenVault.tokenVault) },
      set: {
        deposit_cap: tokenVault.depositCap,
        initial_weight_bps: tokenVault.initialWeightBps,
        updated_at: at,
      },
    })
  }
  return changes
}

/** A value as JSON holds it: numbers beyond 2^53 as text. */
function json(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part)),
  ) as Json
}
