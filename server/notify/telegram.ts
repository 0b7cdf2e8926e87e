import { Api, Bot, GrammyError, HttpError } from 'grammy'
import { getAccount } from '#server/exchange/index.ts'
import type { Clock } from '#server/platform/clock.ts'
import type { Config } from '#server/platform/config.ts'
import type { Db } from '#server/platform/db/index.ts'
import { errorMessage } from '#server/platform/errors.ts'
import type { Log } from '#server/platform/log.ts'
import { claimMessages, type DueMessage, type Item, type Outcome, settleMessage } from './message-repo.ts'
import { link, unlinkChat, walletOfChat } from './telegram-repo.ts'

type BotConfig = Pick<Config, 'telegramBotToken' | 'telegramApiUrl'>

const names = new Map<string, string>()

/** The bot's user name, for links into its chat; undefined without a bot, and while Telegram does not answer. */
export async function telegramName({
  telegramBotToken: token,
  telegramApiUrl: apiRoot,
}: BotConfig): Promise<string | undefined> {
  if (token === undefined) return undefined
  const known = names.get(token)
  if (known !== undefined) return known
  const name = await new Api(token, { apiRoot, timeoutSeconds: 5 }).getMe().then(
    ({ username }) => username,
    () => undefined,
  )
  if (name !== undefined) names.set(token, name)
  return name
}

const HELP = [
  '/status – your positions and open orders',
  '/unlink – send me nothing more',
  'What you are told of is chosen on the site, under Settings, Notifications.',
].join('\n')

const NOT_LINKED = 'This chat is not linked. On the site, open Settings, Notifications, and choose “Link Telegram”.'

/** Answers commands. It knows nobody but by the code that a signed-in user was given. */
export function createBot(token: string, apiRoot: string, { db, clock, log }: { db: Db; clock: Clock; log: Log }): Bot {
  const bot = new Bot(token, { client: { apiRoot } })
  // In a group everybody would read it.
  const chats = bot.chatType('private')
  chats.command('start', async (ctx) => {
    const code = ctx.match.trim()
    const { id, username, first_name: firstName } = ctx.chat
    const wallet = code === '' ? undefined : await link(db, code, { id, name: username ?? firstName }, clock.now())
    if (wallet !== undefined) return ctx.reply(`Linked to ${wallet}.\n${HELP}`)
    return ctx.reply(code === '' ? NOT_LINKED : 'That code is not good any more. Make a new one on the site.')
  })
  chats.command('status', async (ctx) => {
    const wallet = await walletOfChat(db, ctx.chat.id)
    return ctx.reply(wallet === undefined ? NOT_LINKED : await statusText(db, wallet))
  })
  chats.command('unlink', async (ctx) => {
    const was = await unlinkChat(db, ctx.chat.id)
    return ctx.reply(was ? 'Unlinked. You will hear nothing more from me.' : NOT_LINKED)
  })
  chats.on('message', (ctx) => ctx.reply(HELP))
  bot.catch(({ error }) => log.warn({ err: error }, `a Telegram command failed: ${errorMessage(error)}`))
  return bot
}

async function statusText(db: Db, wallet: string): Promise<string> {
  const { subAccounts } = await getAccount(db, wallet)
  const positions = subAccounts.flatMap((account) => account.positions)
  const orders = subAccounts.reduce((sum, account) => sum + account.orders.length, 0)
  const lines = positions.map(({ market, base }) =>
    base.startsWith('-') ? `${market}: short ${base.slice(1)}` : `${market}: long ${base}`,
  )
  return [...(lines.length === 0 ? ['No open positions.'] : lines), `Open orders: ${orders}`].join('\n')
}

/** What Telegram takes in one message. */
const MOST_CHARACTERS = 4_096

/** One thing in its own words; of several a line for each, as many as there is room for. */
export function telegramText(items: readonly Item[]): string {
  const [only] = items
  if (items.length === 1 && only !== undefined) return linesOf(only).join('\n').slice(0, MOST_CHARACTERS)
  const lines = items.map((item) => `• ${linesOf(item).join(' – ')}`)
  const whole = lines.join('\n')
  if (whole.length <= MOST_CHARACTERS) return whole
  const room = MOST_CHARACTERS - 50
  let [text, shown] = ['', 0]
  for (const line of lines) {
    if (text.length + line.length + 1 > room) break
    text += `${line}\n`
    shown++
  }
  return `${text}… and ${lines.length - shown} more, on the site.`
}

const linesOf = ({ title, body }: Item): string[] => (body === '' ? [title] : [title, body])

/** Sends what is due, one after the other: Telegram takes about one message a second for a chat. @returns how many. */
export async function sendTelegrams(db: Db, api: Api, clock: Clock): Promise<number> {
  const due = await claimMessages(db, 'telegram', clock.now())
  for (const message of due) {
    const { isBlocked, ...outcome } = await sendOne(api, message)
    await settleMessage(db, 'telegram', message, outcome, { nowMs: clock.now() })
    // Whoever links again is told again.
    if (isBlocked) await unlinkChat(db, Number(message.destination))
  }
  return due.length
}

async function sendOne(api: Api, { destination, items }: DueMessage): Promise<Outcome & { isBlocked: boolean }> {
  try {
    await api.sendMessage(Number(destination), telegramText(items))
    return { ok: true, isBlocked: false }
  } catch (error) {
    const known = error instanceof GrammyError ? error : undefined
    if (known === undefined && !(error instanceof HttpError)) throw error
    const seconds = known?.parameters.retry_after
    return {
      ok: false,
      error: known?.description ?? 'Telegram does not answer',
      final: known?.error_code === 403 || known?.error_code === 400,
      retryAfterMs: seconds === undefined ? undefined : seconds * 1_000,
      isBlocked: known?.error_code === 403,
    }
  }
}
