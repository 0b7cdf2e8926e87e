import type { JSONWebKeySet } from 'jose'
import { openAuditKey } from '#server/platform/audit-heads.ts'
import type { Bus } from '#server/platform/bus.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Config } from '#server/platform/config.ts'
import type { Db } from '#server/platform/db/index.ts'
import type { Log } from '#server/platform/log.ts'
import { openSeal, type Seal } from '#server/platform/seal/index.ts'
import { openKyc } from './kyc/index.ts'
import type { KycProvider } from './kyc/provider.ts'
import { openProviders, type Providers, PUBLIC_ENDPOINTS } from './providers.ts'
import { followRevocations, type Revocations } from './revocations.ts'
import { openTokens, type Tokens } from './tokens.ts'

/** What identity needs of this process, opened once. */
export type Identity = {
  db: Db
  config: Config
  clock: Clock
  log: Log
  tokens: Tokens
  seal: Seal
  revocations: Revocations
  providers: Providers
  /** Undefined where nobody is checked. */
  kyc: KycProvider | undefined
  /** Of the audit log's signed heads. */
  auditKeys: JSONWebKeySet
  close(): void
}

export async function openIdentity(
  ctx: {
    db: Db
    config: Config
    clock: Clock
    log: Log
    bus: Bus
  },
  endpoints = PUBLIC_ENDPOINTS,
): Promise<Identity> {
  const { db, config, clock, log } = ctx
  const [tokens, seal, revocations, { publicKeys: auditKeys }] = await Promise.all([
    openTokens(config),
    openSeal(config),
    followRevocations(ctx),
    openAuditKey(config),
  ])
  const providers = openProviders(config, endpoints)
  return {
    db,
    config,
    clock,
    log,
    tokens,
    seal,
    revocations,
    providers,
    kyc: openKyc(config.kycProvider),
    auditKeys,
    close: revocations.close,
  }
}
