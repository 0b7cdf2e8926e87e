import { join } from 'node:path'
import { Keypair } from '@solana/web3.js'

/**
 * Where the browser tests' own stack lives: its ports and data are not those of `./qd up`, so both may run at once. With
 * E2E_PORT two copies of the repository may run theirs at once, too.
 */
export const STACK_PORT = Number(process.env.E2E_PORT ?? 3310)

/** Where the tests' own provider of identities is, which stands for Google, GitHub and Discord. */
export const PROVIDER_PORT = STACK_PORT + 1

/** Whoever has this key is an admin of the stack. */
export const ADMIN = Keypair.fromSeed(Buffer.from('admin of the browser tests stack'))
/** Where the test of e-mail listens; nothing does otherwise. */
export const MAIL_PORT = 20_000 + STACK_PORT

export const STACK_ENVIRONMENT = {
  PORT: String(STACK_PORT),
  LOCALNET_PORT: String(15_000 + STACK_PORT),
  PG_PORT: String(12_000 + STACK_PORT),
  DATA_DIR: join(import.meta.dirname, '../../test-results/stack'),
  DATABASE_URL: '',
  CLUSTER: 'localnet',
  RPC_URL: '',
  ORACLE_SOURCE: 'replay',
  // The browser tests' own receiver of webhooks listens on this machine.
  WEBHOOKS_PRIVATE: 'true',
  KYC_PROVIDER: 'manual',
  GITHUB_CLIENT: 'client:secret:with:colons',
  ADMIN_WALLETS: ADMIN.publicKey.toBase58(),
  SMTP_URL: `smtp://127.0.0.1:${MAIL_PORT}`,
  SMTP_FROM: 'notices@desk.example',
  // All of their traders come from one address.
  RATE_LIMIT_DATA: '100000',
}
