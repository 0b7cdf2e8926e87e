import { join } from 'node:path'

/** Where the browser tests' own stack lives: its ports and data are not those of `./qd up`, so both may run at once. */
export const STACK_PORT = 3310

export const STACK_ENVIRONMENT = {
  PORT: String(STACK_PORT),
  LOCALNET_PORT: '18310',
  PG_PORT: '15310',
  DATA_DIR: join(import.meta.dirname, '../../test-results/stack'),
  DATABASE_URL: '',
  CLUSTER: 'localnet',
  RPC_URL: '',
  ORACLE_SOURCE: 'replay',
}
