import { word } from '#app/i18n/t.ts'

/** What a key or the palette can do. `key`: ours, as `keyOf` names it; the user may choose another, or none. */
export type Command = {
  id: string
  label: string
  group: 'trade' | 'size' | 'position' | 'orders' | 'go'
  key: string
  /** Acts on the market that is open, so it needs one. */
  inMarket: boolean
}

const command = <Id extends string>(id: Id, group: Command['group'], label: string, key: string, inMarket = true) => ({
  id,
  group,
  label,
  key,
  inMarket,
})

export const COMMANDS = [
  command('buy', 'trade', word('Buy at market, the size in the ticket'), 'B'),
  command('sell', 'trade', word('Sell at market, the size in the ticket'), 'S'),
  command('size1', 'size', word('First size into the ticket'), '1'),
  command('size2', 'size', word('Second size into the ticket'), '2'),
  command('size3', 'size', word('Third size into the ticket'), '3'),
  command('size4', 'size', word('Fourth size into the ticket'), '4'),
  command('typeSize', 'size', word('Type a size'), 'T'),
  command('close25', 'position', word('Close a quarter'), 'Q'),
  command('close50', 'position', word('Close half'), 'H'),
  command('close100', 'position', word('Close the position'), 'C'),
  command('reverse', 'position', word('Reverse the position'), 'R'),
  command('breakEven', 'position', word('Move the stop to break-even'), 'E'),
  command('cancelMarket', 'orders', word('Cancel all orders of this market'), 'X'),
  command('cancelAll', 'orders', word('Cancel all orders'), 'Shift+X', false),
  command('flatten', 'orders', word('Flatten: cancel all orders, close all positions'), 'Shift+F', false),
  command('nextMarket', 'go', word('Next market'), 'N', false),
  command('previousMarket', 'go', word('Previous market'), 'P', false),
  command('notices', 'go', word('Notifications and alerts'), 'A', false),
  command('mute', 'go', word('Sounds on or off'), 'M', false),
] as const satisfies readonly Command[]

export type CommandId = (typeof COMMANDS)[number]['id']

export const GROUPS: Readonly<Record<Command['group'], string>> = {
  trade: word('Trade'),
  size: word('Size'),
  position: word('Position in this market'),
  orders: word('Orders and the whole account'),
  go: word('Around'),
}
