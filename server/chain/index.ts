export { type Cheats, localnetCheats } from './cheats.ts'
export { type Chain, type ChainHealth, connectChain } from './connection.ts'
export { describeEndpoint, inspectEndpoints } from './inspect.ts'
export { readKeypair } from './keypair.ts'
export { type Launch, launchExchange } from './launch.ts'
export { type ExchangeDefinition, LOCALNET_EXCHANGE } from './launch-definition.ts'
export {
  type FollowedAccount,
  type FollowedName,
  followProgramAccounts,
  type ProgramAccounts,
} from './program-accounts.ts'
export { readLedger } from './read-ledger.ts'
export { describeFailure, requireLanded } from './require-landed.ts'
export type { EndpointStatus } from './rpc-endpoint.ts'
export {
  createSender,
  type SendOptions,
  type SendOutcome,
  type SignedTransaction,
  settleTransaction,
  type TransactionFailure,
  type TransactionSender,
} from './sender.ts'
export { type Wake, wakeable } from './wake.ts'
