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
  command('buy', 'trade', 'Buy at market, the size in the ticket', 'B'),
  command('sell', 'trade', 'Sell at market, the size in the ticket', 'S'),
  command('size1', 'size', 'First size into the ticket', '1'),
  command('size2', 'size', 'Second size into the ticket', '2'),
  command('size3', 'size', 'Third size into the ticket', '3'),
  command('size4', 'size', 'Fourth size into the ticket', '4'),
  command('typeSize', 'size', 'Type a size', 'T'),
  command('close25', 'position', 'Close a quarter', 'Q'),
  command('close50', 'position', 'Close half', 'H'),
  command('close100', 'position', 'Close the position', 'C'),
  command('reverse', 'position', 'Reverse the position', 'R'),
  command('breakEven', 'position', 'Move the stop to break-even', 'E'),
  command('cancelMarket', 'orders', 'Cancel all orders of this market', 'X'),
  command('cancelAll', 'orders', 'Cancel all orders', 'Shift+X', false),
  command('flatten', 'orders', 'Flatten: cancel all orders, close all positions', 'Shift+F', false),
  command('nextMarket', 'go', 'Next market', 'N', false),
  command('previousMarket', 'go', 'Previous market', 'P', false),
  command('notices', 'go', 'Notifications and alerts', 'A', false),
  command('mute', 'go', 'Sounds on or off', 'M', false),
] as const satisfies readonly Command[]

export type CommandId = (typeof COMMANDS)[number]['id']

export const GROUPS: Readonly<Record<Command['group'], string>> = {
  trade: 'Trade',
  size: 'Size',
  position: 'Position in this market',
  orders: 'Orders and the whole account',
  go: 'Around',
}
