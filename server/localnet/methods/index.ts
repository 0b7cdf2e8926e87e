import type { Method } from '../rpc.ts'
import { accountMethods } from './account.ts'
import { blockMethods } from './block.ts'
import { cheatMethods } from './cheats.ts'
import { clusterMethods } from './cluster.ts'
import { tokenMethods } from './token.ts'
import { transactionMethods } from './transaction.ts'

/** Every method over HTTP; the subscriptions are in subscriptions.ts. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...accountMethods,
    ...tokenMethods,
    ...transactionMethods,
    ...blockMethods,
    ...clusterMethods,
    ...cheatMethods,
  }),
)
