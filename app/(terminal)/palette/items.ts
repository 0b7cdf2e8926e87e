import { toast } from 'sonner'
import { marketStore, priceStore } from '#app/data/market.tsx'
import { changeSettings, currentSettings, THEMES } from '#app/data/settings.ts'
import { api } from '#app/data/trpc.ts'
import { t, word } from '#app/i18n/t.ts'
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

const THEME = {
  dark: word('Theme: dark'),
  light: word('Theme: light'),
  system: word('Theme: as the system'),
} as const

function itemsOf({ place, keymap, pages }: World): PaletteItem[] {
  const { go } = place
  return [
    ...COMMANDS.map(({ id, label, group }) => ({
      id,
      label: t(label),
      group: t(GROUPS[group]),
      key: keyFor(keymap, id),
      run: () => RUN[id](place),
    })),
    ...place.markets.map((market) => ({
      id: market,
      group: t('Market'),
      label: market,
      run: () => go(`/trade/${market}`),
    })),
    ...pages.map(({ href, label }) => ({
      id: href,
      group: t('Page'),
      label: t(label),
      run: () => go(href === '/trade' ? '/' : href),
    })),
    ...SECTIONS.map(({ id, title }) => ({
      id: `settings-${id}`,
      group: t('Settings'),
      label: t(title),
      run: () => go(`/settings#${id}`),
    })),
    { id: 'one-click', group: t('Settings'), label: t('One-click trading'), run: openOneClick },
    ...THEMES.map((theme) => ({
      id: `theme-${theme}`,
      group: t('Settings'),
      label: t(THEME[theme]),
      run: () => changeSettings({ theme }),
    })),
  ]
}

function sentenceItem(sentence: Sentence): PaletteItem {
  return { id: 'sentence', group: t('What you typed'), label: labelOf(sentence), run: () => runSentence(sentence) }
}

function labelOf(sentence: Sentence): string {
  const { market } = sentence
  const tick = marketStore(market).get()?.params.tickSize
  const price = (text: string): string => (tick === undefined ? text : formatPrice(text, tick))
  switch (sentence.kind) {
    case 'order': {
      const size = sizeOf(sentence)
      const isBuy = sentence.side === 'buy'
      if (sentence.price === null) {
        return t(isBuy ? 'Buy {size} in {market} at market' : 'Sell {size} in {market} at market', { size, market })
      }
      return t(
        isBuy ? 'Buy {size} in {market} with a limit at {price}' : 'Sell {size} in {market} with a limit at {price}',
        { size, market, price: price(sentence.price) },
      )
    }
    case 'close':
      return sentence.fractionBps === 10_000
        ? t('Close {market}', { market })
        : t('Close {share} of {market}', {
            share: `${formatNumber(String(sentence.fractionBps / 100))}\u202f%`,
            market,
          })
    case 'reverse':
      return t('Reverse {market}', { market })
    case 'alert':
      return t('Alert when {market} reaches {price}', { market, price: price(sentence.at) })
  }
}

function sizeOf({ size, unit, market }: Extract<Sentence, { kind: 'order' }>): string {
  const amount = formatNumber(size)
  if (unit === 'percent') return t('{share} of the largest size', { share: `${amount}\u202f%` })
  return `${amount} ${unit === 'base' ? market.split('-')[0] : 'USDC'}`
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
    const description = t('The price of {market} is not known: try again in a moment.', { market })
    toast.warning(t('No alert was set'), { description })
    return
  }
  const side = Number(at) >= Number(asked.price) ? 'above' : 'below'
  addRule({ market, kind: 'price', side, at, repeats: false })
  toast.success(
    t(side === 'above' ? 'Alert set: {market} above {at}' : 'Alert set: {market} below {at}', { market, at }),
    {
      id: 'alert-set',
    },
  )
}
