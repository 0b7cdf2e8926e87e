import type { PerpsEvent } from '#client/events.ts'
import type { Change } from '../changes.ts'
import {
  projectSubAccountClosed,
  projectSubAccountCreated,
  projectSubAccountUpdated,
  projectTransfer,
} from './accounts.ts'
import {
  projectExchangeInitialized,
  projectMarketInitialized,
  projectPauseChanged,
  projectTokenVaultInitialized,
} from './exchange.ts'
import { projectOrderFilled } from './fills.ts'
import { projectFundingAccrued } from './funding.ts'
import { projectPositionLiquidated } from './liquidations.ts'
import { projectOrderCanceled, projectOrderPlaced } from './orders.ts'
import type { Directory, Place } from './place.ts'
import { projectPoolAllocated, projectPoolDepositRequested, projectPoolSharesMinted } from './pool.ts'

export type { Directory, Place } from './place.ts'

/** What one event does to the projection: rows out of the event and what is known of markets and owners, nothing else. */
export function project({ name, data }: PerpsEvent, place: Place, directory: Directory): Change[] {
  switch (name) {
    case 'ExchangeInitialized':
      return projectExchangeInitialized(data, directory)
    case 'PauseChanged':
      return projectPauseChanged(data, directory)
    case 'TokenVaultInitialized':
      return projectTokenVaultInitialized(data, directory)
    case 'MarketInitialized':
      return projectMarketInitialized(data)
    // Wallets have no row of their own: their sub-accounts do.
    case 'UserAccountCreated':
      return []
    case 'SubAccountCreated':
      return projectSubAccountCreated(data)
    case 'SubAccountUpdated':
      return projectSubAccountUpdated(data)
    case 'SubAccountClosed':
      return projectSubAccountClosed(data)
    case 'CollateralDeposited':
      return projectTransfer('deposit', data, place, directory)
    case 'CollateralWithdrawn':
      return projectTransfer('withdrawal', data, place, directory)
    case 'OrderPlaced':
      return projectOrderPlaced(data, place, directory)
    case 'OrderCanceled':
      return projectOrderCanceled(data, place, directory)
    case 'OrderFilled':
      return projectOrderFilled(data, place, directory)
    case 'FundingAccrued':
      return projectFundingAccrued(data, directory)
    case 'PositionLiquidated':
      return projectPositionLiquidated(data, place, directory)
    case 'PoolDepositRequested':
      return projectPoolDepositRequested(data, place, directory)
    case 'PoolSharesMinted':
      return projectPoolSharesMinted(data, place, directory)
    case 'PoolAllocated':
      return projectPoolAllocated(data, place, directory)
  }
}
