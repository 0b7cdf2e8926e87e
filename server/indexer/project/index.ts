import type { PerpsEvent } from '#client/events.ts'
import type { Change } from '../changes.ts'
import {
  projectCollateralTransferred,
  projectDeposit,
  projectReferralRewardsCollected,
  projectSubAccountClosed,
  projectSubAccountCreated,
  projectSubAccountUpdated,
  projectUserAccountCreated,
  projectUserAccountUpdated,
} from './accounts.ts'
import { projectChangeCanceled, projectChangeExecuted, projectChangeProposed, projectRiskTightened } from './admin.ts'
import {
  projectExchangeInitialized,
  projectMarketInitialized,
  projectPauseChanged,
  projectTokenVaultInitialized,
} from './exchange.ts'
import { projectFeesCollected, projectInsuranceRefilled } from './fees.ts'
import { projectOrderFilled } from './fills.ts'
import { projectFundingAccrued } from './funding.ts'
import {
  projectBankruptcyResolved,
  projectCollateralLiquidated,
  projectPositionDeleveraged,
  projectPositionLiquidated,
} from './liquidations.ts'
import {
  projectOrderCanceled,
  projectOrderModified,
  projectOrderPlaced,
  projectOrderRearmed,
  projectOrderTriggered,
  projectTrailingStopMoved,
} from './orders.ts'
import type { Directory, Place } from './place.ts'
import {
  projectPoolAllocated,
  projectPoolDepositRequested,
  projectPoolExited,
  projectPoolExitRequested,
  projectPoolSharesMinted,
} from './pool.ts'
import { projectMarketAbandoned, projectMarketSettled, projectPositionSettled } from './settlements.ts'

export type { Directory, Place } from './place.ts'

/** What one event does to the projection: rows out of the event and what is known of markets and owners, nothing else. */
export function project({ name, data }: PerpsEvent, place: Place, directory: Directory): Change[] {
  switch (name) {
    case 'ExchangeInitialized':
      return projectExchangeInitialized(data, directory)
    case 'PauseChanged':
      return projectPauseChanged(data, directory)
    case 'ChangeProposed':
      return projectChangeProposed(data)
    case 'ChangeExecuted':
      return projectChangeExecuted(data, directory)
    case 'ChangeCanceled':
      return projectChangeCanceled(data)
    case 'RiskTightened':
      return projectRiskTightened(data, directory)
    case 'FeesCollected':
      return projectFeesCollected(data, place, directory)
    case 'InsuranceRefilled':
      return projectInsuranceRefilled(data, place, directory)
    case 'TokenVaultInitialized':
      return projectTokenVaultInitialized(data, directory)
    case 'MarketInitialized':
      return projectMarketInitialized(data)
    case 'UserAccountCreated':
      return projectUserAccountCreated(data)
    case 'UserAccountUpdated':
      return projectUserAccountUpdated(data)
    case 'ReferralRewardsCollected':
      return projectReferralRewardsCollected(data, place, directory)
    case 'SubAccountCreated':
      return projectSubAccountCreated(data)
    case 'SubAccountUpdated':
      return projectSubAccountUpdated(data, directory)
    case 'SubAccountClosed':
      return projectSubAccountClosed(data)
    case 'CollateralDeposited':
      return projectDeposit('deposit', data, place, directory)
    case 'CollateralWithdrawn':
      return projectDeposit('withdrawal', data, place, directory)
    case 'CollateralTransferred':
      return projectCollateralTransferred(data, place, directory)
    case 'OrderPlaced':
      return projectOrderPlaced(data, place, directory)
    case 'OrderModified':
      return projectOrderModified(data, place, directory)
    case 'OrderTriggered':
      return projectOrderTriggered(data, place, directory)
    case 'OrderRearmed':
      return projectOrderRearmed(data, place, directory)
    case 'TrailingStopMoved':
      return projectTrailingStopMoved(data, place, directory)
    case 'OrderCanceled':
      return projectOrderCanceled(data, place, directory)
    case 'OrderFilled':
      return projectOrderFilled(data, place, directory)
    case 'FundingAccrued':
      return projectFundingAccrued(data, directory)
    case 'PositionLiquidated':
      return projectPositionLiquidated(data, place, directory)
    case 'PositionDeleveraged':
      return projectPositionDeleveraged(data, place, directory)
    case 'CollateralLiquidated':
      return projectCollateralLiquidated(data, place, directory)
    case 'BankruptcyResolved':
      return projectBankruptcyResolved(data, place, directory)
    case 'MarketAbandoned':
      return projectMarketAbandoned(data, directory)
    case 'MarketSettled':
      return projectMarketSettled(data, place, directory)
    case 'PositionSettled':
      return projectPositionSettled(data, place, directory)
    case 'PoolDepositRequested':
      return projectPoolDepositRequested(data, place, directory)
    case 'PoolSharesMinted':
      return projectPoolSharesMinted(data, place, directory)
    case 'PoolExitRequested':
      return projectPoolExitRequested(data, place, directory)
    case 'PoolExited':
      return projectPoolExited(data, place, directory)
    case 'PoolAllocated':
      return projectPoolAllocated(data, place, directory)
  }
}
