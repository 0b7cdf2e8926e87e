import { toast } from 'sonner'
import { marketStore, priceStore } from '#app/data/market.tsx'
import { changeSettings, currentSettings, THEMES } from '#app/data/settings.ts'
import { api } from '#app/data/trpc.ts'
import { formatNumber, formatPrice } from '#app/ui/format.ts'
import { requestPosition } from '../account/close-request.ts'
import { addRule } from '../alerts/store.ts'
import { COMMANDS, GROUPS } from '../commands/commands.ts'
import { type Keymap, keyFor } from '../commands/keys.ts'
import { type Place, RUN } from '../commands/run-command.ts'
import { openOneClick } from '../one-click/dialog-state.ts'
import { SECTIONS } from '../settings/sections.ts'
import { initialFields } from '../ticket/fields.ts'
import { requestOrder } from '../ticket/order-request.ts'
import { recallPreferences } from '../ticket/preferences.ts'
import { parseSentence, type Sentence } from './parse-trade.ts'

export type PaletteItem = {
  id: string
  group: string
  label: string
  hint?: string
  key?: string | null
  run: () => void
}

type Page = { href: string; label: string }
type World = { place: Place; keymap: Keymap; pages: readonly Page[] }

/** What the typed words may mean: first the sentence they make, then whatever they are the beginnings of. */
export function findItems(typed: string, world: World): PaletteItem[] {
  const { place } = world
  const sentence = parseSentence(typed, place.markets, place.market)
  const meant = sentence === null ? [] : [sentenceItem(sentence)]
  return [...meant, ...itemsOf(world).filter(({ label, group }) => matches(typed, `${label} ${group}`))]
}

/** Each typed word begins a word of the text: "ca or" finds "Cancel all orders". */
export function matches(typed: string, text: string): boolean {
  const words = text.toLowerCase().split(/[\s:/-]+/)
  return typed
    .toLowerCase()
    .split(/[\s:/-]+/)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)))
}

function itemsOf({ place, keymap, pages }: World): PaletteItem[] {
  const { go } = place
  return [
    ...COMMANDS.map(({ id, label, group }) => ({
      id,
      label,
      group: GROUPS[group],
      key: keyFor(keymap, id),
      run: () => RUN[id](place),
    })),
    ...place.markets.map((market) => ({
      id: market,
      group: 'Market',
      label: market,
      run: () => go(`/trade/${market}`),
    })),
    ...pages.map(({ href, label }) => ({
      id: href,
      group: 'Page',
      label,
      run: () => go(href === '/trade' ? '/' : href),
    })),
    ...SECTIONS.map(({ id, title }) => ({
      id: `settings-${id}`,
      group: 'Settings',
      label: title,
      run: () => go(`/settings#${id}`),
    })),
    { id: 'one-click', group: 'Settings', label: 'One-click trading', run: openOneClick },
    ...THEMES.map((theme) => ({
      id: `theme-${theme}`,
      group: 'Settings',
      label: `Theme: ${theme === 'system' ? 'as the system' : theme}`,
      run: () => changeSettings({ theme }),
    })),
  ]
}

function sentenceItem(sentence: Sentence): PaletteItem {
  return { id: 'sentence', group: 'What you typed', label: labelOf(sentence), run: () => runSentence(sentence) }
}

function labelOf(sentence: Sentence): string {
  const { market } = sentence
  const tick = marketStore(market).get()?.params.tickSize
  const price = (text: string): string => (tick === undefined ? text : formatPrice(text, tick))
  switch (sentence.kind) {
    case 'order': {
      const unit = { base: ` ${market.split('-')[0]}`, quote: ' USDC', percent: '\u202f% of the largest size' }[
        sentence.unit
      ]
      const where = sentence.price === null ? 'at market' : `with a limit at ${price(sentence.price)}`
      return `${sentence.side === 'buy' ? 'Buy' : 'Sell'} ${formatNumber(sentence.size)}${unit} in ${market} ${where}`
    }
    case 'close':
      return sentence.fractionBps === 10_000
        ? `Close ${market}`
        : `Close ${formatNumber(String(sentence.fractionBps / 100))}\u202f% of ${market}`
    case 'reverse':
      return `Reverse ${market}`
    case 'alert':
      return `Alert when ${market} reaches ${price(sentence.at)}`
  }
}

function runSentence(sentence: Sentence) {
  const asks = currentSettings().confirm.quick
  const { market } = sentence
  switch (sentence.kind) {
    case 'order': {
      const { side, size, unit, price } = sentence
      const kind = price === null ? ('market' as const) : ('limit' as const)
      const fields = { ...initialFields(side), ...recallPreferences(), kind, size, sizeUnit: unit, price: price ?? '' }
      return requestOrder({ market, fields, asks })
    }
    case 'close':
      return requestPosition(market, { kind: 'close', fractionBps: sentence.fractionBps }, asks)
    case 'reverse':
      return requestPosition(market, { kind: 'reverse', fractionBps: 10_000 }, asks)
    case 'alert':
      return void addAlert(market, sentence.at)
  }
}

async function addAlert(market: string, at: string): Promise<void> {
  // Of a market that is not on the page no price flows.
  const asked = priceStore(market).get() ?? (await api.oracle.price.query({ market }).catch(() => undefined))
  if (asked === undefined) {
    toast.warning('No alert was set', { description: `The price of ${market} is not known: try again in a moment.` })
    return
  }
  const side = Number(at) >= Number(asked.price) ? 'above' : 'below'
  addRule({ market, kind: 'price', side, at, repeats: false })
  toast.success(`Alert set: ${market} ${side} ${at}`, { id: 'alert-set' })
}
