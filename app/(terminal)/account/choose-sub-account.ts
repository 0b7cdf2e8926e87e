import { selectSubAccount } from '#app/data/own-account.ts'
import { dropCloseRequest } from './close-request.ts'
import { dropEditRequests } from './edit-requests.ts'

/** What was asked about another sub-account's orders and positions is not meant for this one's. */
export function chooseSubAccount(authority: string, id: number): void {
  dropCloseRequest()
  dropEditRequests()
  selectSubAccount(authority, id)
}
