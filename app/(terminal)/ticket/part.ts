import type { MarketDto } from '#server/exchange/schema.ts'
import type { TicketAction, TicketFields } from './fields.ts'
import type { TicketContext, TicketView } from './model.ts'
import type { Problem } from './problem.ts'

/** What every part of the form is given. */
export type PartProps = {
  market: MarketDto
  fields: TicketFields
  context: TicketContext
  view: TicketView
  dispatch: (action: TicketAction) => void
}

/** What is wrong with a field, once it is more than unfinished. */
export const errorOf = ({ problems }: TicketView, field: Problem['field']): string | undefined =>
  problems.find((problem) => problem.field === field && problem.shown)?.message
