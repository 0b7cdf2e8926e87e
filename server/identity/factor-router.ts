import { AppError } from '#server/platform/errors.ts'
import type { SignedIn } from '#server/platform/principal.ts'
import { stepUpProcedure, userProcedure } from '#server/platform/procedures.ts'
import { checkCode } from './check-code.ts'
import { readCookie, type SiteExchange, siteOf } from './cookies.ts'
import { countFactors, countRecoveryCodes, listFactors } from './factor-repo.ts'
import { cancelFactorReset, pendingFactorReset } from './factor-reset.ts'
import { dropFactor, makeRecoveryCodes } from './factors.ts'
import type { Identity } from './identity.ts'
import { addPasskey, beginPasskey, beginPasskeyConfirmation, checkPasskey, hasPasskeys } from './passkeys.ts'
import * as shape from './schema.ts'
import { type Delivery, stepUp } from './sessions.ts'
import { confirmWithWallet, makeChallenge } from './sign-in.ts'
import { beginTotp, confirmTotp } from './totp.ts'

/** Second factors, and confirming a session with them. Pages only: a key has no person to ask. */
export function factorProcedures(identity: Identity) {
  return {
    factors: userProcedure
      .meta({ cost: 'row' })
      .output(shape.factorsDto)
      .query(async ({ ctx }) => {
        const { userId } = ctx.principal
        const [factors, recoveryCodesLeft, reset] = await Promise.all([
          listFactors(identity.db, userId),
          countRecoveryCodes(identity.db, userId),
          pendingFactorReset(identity.db, userId),
        ])
        return { factors, recoveryCodesLeft, passkeys: hasPasskeys(siteOf(ctx).site), reset }
      }),
    cancelFactorReset: userProcedure
      .meta({ cost: 'row' })
      .output(shape.okDto)
      .mutation(async ({ ctx }) => {
        await cancelFactorReset(identity.db, sessionOf(ctx).userId, ctx.clock.now())
        return shape.OK
      }),
    beginTotp: stepUpProcedure
      .meta({ cost: 'row' })
      .output(shape.totpSetupDto)
      .mutation(({ ctx }) => {
        const { userId, authority } = ctx.principal
        return beginTotp(identity, { userId, wallet: authority })
      }),
    confirmTotp: stepUpProcedure
      .meta({ cost: 'row' })
      .input(shape.totpConfirmInput)
      .output(shape.factorAddedDto)
      .mutation(({ ctx, input }) => confirmTotp(identity, { ...input, userId: ctx.principal.userId })),
    beginPasskey: stepUpProcedure
      .meta({ cost: 'row' })
      .output(shape.webAuthnOptionsDto)
      .mutation(async ({ ctx }) => ({ options: { ...(await beginPasskey(identity, ctx.principal, siteOf(ctx))) } })),
    addPasskey: stepUpProcedure
      .meta({ cost: 'row' })
      .input(shape.passkeyInput)
      .output(shape.factorAddedDto)
      .mutation(({ ctx, input }) => addPasskey(identity, ctx.principal, input, siteOf(ctx))),
    removeFactor: stepUpProcedure
      .meta({ cost: 'row' })
      .input(shape.factorInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        await dropFactor(identity, ctx.principal.userId, input.id)
        return shape.OK
      }),
    renewRecoveryCodes: stepUpProcedure
      .meta({ cost: 'row' })
      .output(shape.recoveryCodesDto)
      .mutation(async ({ ctx }) => {
        const { userId } = ctx.principal
        if ((await countFactors(identity.db, userId)) === 0) {
          throw new AppError('CONFLICT', { message: 'recovery codes stand in for a second factor: add one first' })
        }
        return { recoveryCodes: await identity.db.transaction().execute((trx) => makeRecoveryCodes(trx, userId)) }
      }),

    confirmChallenge: userProcedure
      .meta({ cost: 'row' })
      .output(shape.signInChallengeDto)
      .mutation(({ ctx }) =>
        makeChallenge(identity, { wallet: sessionOf(ctx).authority, purpose: 'confirm', http: siteOf(ctx) }),
      ),
    confirmWithWallet: userProcedure
      .meta({ cost: 'row' })
      .input(shape.signedChallenge)
      .output(shape.grantDto)
      .mutation(({ ctx, input }) => {
        const http = siteOf(ctx)
        return confirmWithWallet(identity, { ...input, principal: sessionOf(ctx), delivery: deliveryOf(http), http })
      }),
    confirmWithCode: userProcedure
      .meta({ cost: 'row' })
      .input(shape.codeInput)
      .output(shape.grantDto)
      .mutation(async ({ ctx, input }) => {
        const { userId, credentialId: sessionId } = sessionOf(ctx)
        const http = siteOf(ctx)
        const by = await checkCode(identity, userId, input.code)
        return stepUp(identity, { sessionId, by, delivery: deliveryOf(http), http })
      }),
    beginPasskeyConfirmation: userProcedure
      .meta({ cost: 'row' })
      .output(shape.webAuthnOptionsDto)
      .mutation(async ({ ctx }) => ({
        options: { ...(await beginPasskeyConfirmation(identity, sessionOf(ctx), siteOf(ctx))) },
      })),
    confirmWithPasskey: userProcedure
      .meta({ cost: 'row' })
      .input(shape.passkeyConfirmInput)
      .output(shape.grantDto)
      .mutation(async ({ ctx, input }) => {
        const http = siteOf(ctx)
        const session = sessionOf(ctx)
        const by = await checkPasskey(identity, session, input.response, http)
        return stepUp(identity, { sessionId: session.credentialId, by, delivery: deliveryOf(http), http })
      }),
  }
}

/** As the session came: a page's token goes into its cookie, a program's into the answer. */
const deliveryOf = (http: SiteExchange): Delivery => (readCookie(http, 'access') === undefined ? 'token' : 'cookie')

/** @throws AppError FORBIDDEN for an API key: there is no person to confirm anything. */
function sessionOf({ principal }: { principal: SignedIn }): SignedIn {
  if (principal.via === 'session') return principal
  throw new AppError('FORBIDDEN', { message: 'an API key cannot confirm who uses it' })
}
