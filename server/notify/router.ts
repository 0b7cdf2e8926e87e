import { publicProcedure, router, userProcedure } from '#server/platform/procedures.ts'
import { createRule, listRules, removeRule } from './alert-repo.ts'
import { requestEmailCode } from './email-code.ts'
import { confirmEmail, emailOf, removeEmail, unsubscribe } from './email-repo.ts'
import { DEFAULT_CHANNELS } from './kinds.ts'
import { listNotifications, markRead, readSettings, writeSettings } from './notification-repo.ts'
import {
  alertRuleDto,
  alertRuleFields,
  confirmEmailInput,
  idInput,
  newEmailDto,
  newEmailInput,
  nothing,
  notificationPageDto,
  notificationPageInput,
  notificationSettings,
  notificationSettingsDto,
  readInput,
  telegramLinkDto,
  unsubscribeInput,
} from './schema.ts'
import { telegramName } from './telegram.ts'
import { createLinkCode, linkedTo, unlink } from './telegram-repo.ts'

const TAGS = ['notifications']

/** What a user is told, how and where. */
export const notificationRouter = router({
  list: userProcedure
    .meta({
      cost: 'page',
      openapi: { method: 'GET', path: '/notifications', summary: 'What you were told, newest first', tags: TAGS },
    })
    .input(notificationPageInput)
    .output(notificationPageDto)
    .query(({ ctx, input }) => listNotifications(ctx.db, ctx.principal.userId, input)),
  markRead: userProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'POST', path: '/notifications/read', summary: 'Mark some or all as read', tags: TAGS },
    })
    .input(readInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await markRead(ctx.db, ctx.principal.userId, input.ids, ctx.clock.now())
      return {}
    }),
  settings: userProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'GET', path: '/notifications/settings', summary: 'Where you are told of what', tags: TAGS },
    })
    .output(notificationSettingsDto)
    .query(async ({ ctx }) => {
      const { userId } = ctx.principal
      const [settings, name, email] = await Promise.all([
        readSettings(ctx.db, userId),
        linkedTo(ctx.db, userId),
        emailOf(ctx.db, userId),
      ])
      const defaults = Object.fromEntries(
        Object.entries(DEFAULT_CHANNELS).map(([group, channels]) => [group, [...channels]]),
      )
      return notificationSettingsDto.parse({
        ...settings,
        defaults,
        telegram: { offered: ctx.config.telegramBotToken !== undefined, linkedTo: name },
        email: {
          offered: ctx.config.smtpUrl !== undefined,
          address: email?.address ?? null,
          disabledReason: email?.disabledReason ?? null,
        },
      })
    }),
  setSettings: userProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'PUT',
        path: '/notifications/settings',
        summary: 'Choose where you are told of what',
        tags: TAGS,
      },
    })
    .input(notificationSettings)
    .output(notificationSettings)
    .mutation(async ({ ctx, input }) => {
      await writeSettings(ctx.db, ctx.principal.userId, input, ctx.clock.now())
      return input
    }),
  linkTelegram: userProcedure
    .meta({
      cost: 'outside',
      openapi: {
        method: 'POST',
        path: '/notifications/telegram',
        summary: 'A code that links a Telegram chat',
        tags: TAGS,
      },
    })
    .output(telegramLinkDto)
    .mutation(async ({ ctx }) => {
      const { code, expiresAt } = await createLinkCode(ctx.db, ctx.principal.userId, ctx.clock.now())
      const name = await telegramName(ctx.config)
      return { code, expiresAt, url: name === undefined ? null : `https://t.me/${name}?start=${code}` }
    }),
  unlinkTelegram: userProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'DELETE',
        path: '/notifications/telegram',
        summary: 'Unlink your Telegram chat',
        tags: TAGS,
      },
    })
    .output(nothing)
    .mutation(async ({ ctx }) => {
      await unlink(ctx.db, ctx.principal.userId)
      return {}
    }),
  addEmail: userProcedure
    .meta({
      cost: 'outside',
      openapi: {
        method: 'POST',
        path: '/notifications/email',
        summary: 'Have a code sent to an e-mail address',
        tags: TAGS,
      },
    })
    .input(newEmailInput)
    .output(newEmailDto)
    .mutation(({ ctx, input }) => requestEmailCode(ctx, ctx.principal.userId, input.address)),
  confirmEmail: userProcedure
    .meta({
      cost: 'row',
      openapi: {
        method: 'POST',
        path: '/notifications/email/confirm',
        summary: 'Confirm the address by the code of the mail',
        tags: TAGS,
      },
    })
    .input(confirmEmailInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await confirmEmail(ctx.db, ctx.principal.userId, input, ctx.clock.now())
      return {}
    }),
  removeEmail: userProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'DELETE', path: '/notifications/email', summary: 'Remove your e-mail address', tags: TAGS },
    })
    .output(nothing)
    .mutation(async ({ ctx }) => {
      await removeEmail(ctx.db, ctx.principal.userId)
      return {}
    }),
  unsubscribe: publicProcedure
    .meta({ cost: 'row' })
    .input(unsubscribeInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await unsubscribe(ctx.db, input.token, ctx.clock.now())
      return {}
    }),
  alerts: userProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'GET', path: '/notifications/alerts', summary: 'Your price alerts', tags: TAGS },
    })
    .output(alertRuleDto.array())
    .query(({ ctx }) => listRules(ctx.db, ctx.principal.userId)),
  addAlert: userProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'POST', path: '/notifications/alerts', summary: 'Be told of a price', tags: TAGS },
    })
    .input(alertRuleFields)
    .output(alertRuleDto)
    .mutation(({ ctx, input }) => createRule(ctx.db, ctx.principal.userId, input)),
  removeAlert: userProcedure
    .meta({
      cost: 'row',
      openapi: { method: 'DELETE', path: '/notifications/alerts/{id}', summary: 'Remove a price alert', tags: TAGS },
    })
    .input(idInput)
    .output(nothing)
    .mutation(async ({ ctx, input }) => {
      await removeRule(ctx.db, ctx.principal.userId, input.id)
      return {}
    }),
})
