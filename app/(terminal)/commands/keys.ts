import { COMMANDS, type CommandId } from './commands.ts'

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** Fixed: they open what tells of all others. */
export const PALETTE_KEY = 'Mod+K'
export const HELP_KEY = '?'

const MODIFIERS = ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead', 'Process', 'Unidentified']
/** They move the focus, close and press: a page without them cannot be used with a keyboard. */
const RESERVED = [
  'Tab',
  'Enter',
  'Space',
  'Escape',
  'Backspace',
  'Delete',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
]

/** Name of what was pressed: "B", "Shift+X", "2", "F4"; null for a modifier alone or together with Ctrl, Alt or Cmd. */
export function keyOf({ key, code, shiftKey, ctrlKey, metaKey, altKey }: KeyPress): string | null {
  if (MODIFIERS.includes(key)) return null
  if ((ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === 'k') return PALETTE_KEY
  if (ctrlKey || metaKey || altKey) return null
  // Digits by their place: with Shift, or on some layouts without it, the key has another name.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1]
  if (digit === undefined && key === HELP_KEY) return HELP_KEY
  const name = digit ?? (key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key)
  const isLetterOrDigit = /^[\p{L}\d]$/u.test(name)
  // What Shift makes of a sign is in its name already.
  return shiftKey && (isLetterOrDigit || name.length > 1) ? `Shift+${name}` : name
}

/** As it stands on the keyboard of this computer. */
export function shownKey(key: string): string {
  const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
  return key.replace('Mod+', isApple ? '⌘' : 'Ctrl+').replace('Shift+', isApple ? '⇧' : 'Shift+')
}

/** Whether a command may have this key. */
export const isFree = (key: string): boolean =>
  key !== PALETTE_KEY && key !== HELP_KEY && !RESERVED.includes(key.replace('Shift+', ''))

export type Keymap = ReadonlyMap<string, CommandId>

/** Keys of all commands, with the user's own in place of ours. Of two with one key the user's choice holds. */
export function keymapOf(own: Readonly<Record<string, string>>): Keymap {
  const map = new Map<string, CommandId>()
  for (const { id, key } of COMMANDS) if (own[id] === undefined) map.set(key, id)
  for (const { id } of COMMANDS) {
    const key = own[id]
    if (key !== undefined && key !== '' && isFree(key)) map.set(key, id)
  }
  return map
}

export const keyFor = (keymap: Keymap, id: CommandId): string | null =>
  [...keymap].find(([, command]) => command === id)?.[0] ?? null

/**
 * The user's keys after `id` was given `key` ('' for none). The command that had it before is left without one, so that
 * a key never does two things.
 */
export function rebind(own: Readonly<Record<string, string>>, id: CommandId, key: string): Record<string, string> {
  const holder = key === '' ? undefined : keymapOf(own).get(key)
  const next = { ...own, [id]: key, ...(holder === undefined || holder === id ? {} : { [holder]: '' }) }
  const ours = new Map<string, string>(COMMANDS.map((command) => [command.id, command.key]))
  return Object.fromEntries(Object.entries(next).filter(([name, chosen]) => ours.get(name) !== chosen))
}

/** Where keys are text or move within a popup, they are nobody's commands. */
const OWNS_KEYS =
  'textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range]), [role=dialog], [role=menu], [role=listbox], [data-keys=own]'

export const ownsKeys = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(OWNS_KEYS) !== null
