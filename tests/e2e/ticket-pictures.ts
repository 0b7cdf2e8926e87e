import { expect, type Page } from '@playwright/test'
import { Trader } from './trader.ts'

/** One kind of order, filled in around the oracle price (percent away from it). */
type Mode = {
  name: string
  kind: string
  side?: 'sell'
  fields: Readonly<Record<string, number | string>>
  also?: string
}

const MODES: readonly Mode[] = [
  { name: 'limit', kind: 'Limit', fields: { Price: -1, Size: '5' }, also: 'Post only' },
  { name: 'stop', kind: 'Stop', side: 'sell', fields: { Trigger: -3, Size: '4' } },
  { name: 'take-profit', kind: 'Take profit', side: 'sell', fields: { Trigger: 5, Size: '4' } },
  { name: 'trailing', kind: 'Trailing', side: 'sell', fields: { Distance: '2', Size: '4' } },
  { name: 'oco', kind: 'OCO', side: 'sell', fields: { 'Limit price': 4, 'Stop trigger': -4, Size: '3' } },
  { name: 'pegged', kind: 'Pegged', fields: { Offset: '-1', Size: '3' } },
  { name: 'twap', kind: 'TWAP', fields: { 'Runs for': '30', Size: '20' } },
  { name: 'scaled', kind: 'Scaled', fields: { From: -2, To: -5, Orders: '4', Size: '8' } },
]

/** Photographs the ticket in each of its modes; with `sends` the orders go out, for a picture of their table. */
export async function photographModes(
  page: Page,
  shoot: (page: Page, name: string) => Promise<void>,
  { suffix, sends }: { suffix: string; sends: boolean },
): Promise<void> {
  const trader = new Trader(page)
  const oracle = await trader.oracle()
  for (const { name, kind, side, fields, also } of MODES) {
    await trader.ticket.getByText(side === 'sell' ? 'Sell / Short' : 'Buy / Long').click()
    await trader.choose(kind)
    for (const [field, value] of Object.entries(fields)) {
      await trader.field(field).fill(typeof value === 'string' ? value : (oracle * (1 + value / 100)).toFixed(2))
    }
    if (also !== undefined) await trader.ticket.getByLabel(also).check()
    await shoot(page, `ticket-${name}-${suffix}`)
    // Without a trading key nothing sends it.
    if (!sends || name === 'twap') continue
    await trader.submit.click()
    await expect(trader.size).toHaveValue('')
  }
}
