import { AppError } from '#server/platform/errors.ts'
import { publicProcedure, userProcedure } from '#server/platform/procedures.ts'
import { siteOf } from './cookies.ts'
import { currentSession, signOut } from './current-session.ts'
import type { Identity } from './identity.ts'
import { rest } from './rest-meta.ts'
import * as shape from './schema.ts'
import { listSessions } from './session-repo.ts'
import { endSessions, refreshSession } from './sessions.ts'
import { makeChallenge, signIn } from './sign-in.ts'
import { listLogins } from './user-repo.ts'

/** Signing in, sessions. */
export function authProcedures(identity: Identity) {
  return {
    challenge: publicProcedure
      .meta(rest('POST', '/auth/challenge', 'auth', 'What a wallet signs to sign in; good once, for five minutes'))
      .input(shape.signInRequest)
      .output(shape.signInChallengeDto)
      .mutation(({ ctx, input }) => makeChallenge(identity, { ...input, purpose: 'sign_in', http: siteOf(ctx) })),
    signIn: publicProcedure
      .meta(rest('POST', '/auth/sign-in', 'auth', 'Sign in with the signature of the challenge'))
      .input(shape.signInInput)
      .output(shape.grantDto)
      .mutation(({ ctx, input: { referralCode, ...input } }) =>
        signIn(identity, { ...input, referralCode, http: siteOf(ctx) }),
      ),
    refresh: publicProcedure
      .meta(rest('POST', '/auth/refresh', 'auth', 'A new access token; the refresh token is spent for the next'))
      .input(shape.refreshInput)
      .output(shape.grantDto)
      .mutation(({ ctx, input }) => refreshSession(identity, { given: input.refreshToken, http: siteOf(ctx) })),
    session: publicProcedure
      .meta(rest('GET', '/auth/session', 'auth', 'Who is signed in here; null for nobody'))
      .output(shape.currentSessionDto)
      .query(({ ctx }) => currentSession(identity, ctx.principal)),
    signOut: publicProcedure
      .meta(rest('POST', '/auth/sign-out', 'auth', 'End this session'))
      .output(shape.okDto)
      .mutation(async ({ ctx }) => {
        await signOut(identity, ctx.principal, siteOf(ctx))
        return shape.OK
      }),
    sessions: userProcedure
      .meta(rest('GET', '/auth/sessions', 'auth', 'Your sessions, the latest first'))
      .output(shape.sessionDto.array())
      .query(async ({ ctx }) => {
        const { userId, credentialId } = ctx.principal
        const sessions = await listSessions(identity.db, userId, ctx.clock.now())
        return sessions.map((session) => ({ ...session, isCurrent: session.id === credentialId }))
      }),
    revokeSession: userProcedure
      .meta(rest('DELETE', '/auth/sessions/{id}', 'auth', 'End one of your sessions'))
      .input(shape.sessionInput)
      .output(shape.okDto)
      .mutation(async ({ ctx, input }) => {
        const { userId } = ctx.principal
        const ended = await endSessions(identity, { userId, only: input.id, because: 'ended by its owner' })
        if (ended === 0) throw new AppError('NOT_FOUND', { message: 'there is no such session' })
        return shape.OK
      }),
    revokeOthers: userProcedure
      .meta(rest('POST', '/auth/sessions/end-others', 'auth', 'End all your sessions but this one'))
      .output(shape.okDto)
      .mutation(async ({ ctx }) => {
        const { userId, credentialId } = ctx.principal
        await endSessions(identity, { userId, except: credentialId, because: 'ended by its owner' })
        return shape.OK
      }),
    logins: userProcedure
      .meta({
        ...rest('GET', '/auth/log-ins', 'auth', 'Your latest sign-ins, and those that were refused'),
        cost: 'page',
      })
      .output(shape.loginEventDto.array())
      .query(({ ctx }) => listLogins(identity.db, ctx.principal)),
    jwks: publicProcedure
      .meta(rest('GET', '/auth/jwks.json', 'auth', 'Public keys of the access tokens, as a JSON Web Key Set'))
      .output(shape.jwksDto)
      .query(() => identity.tokens.publicKeys),
    auditKeys: publicProcedure
      .meta(
        rest(
          'GET',
          '/auth/audit-keys.json',
          'auth',
          'Public keys of the signed heads of the audit log, as a JSON Web Key Set',
        ),
      )
      .output(shape.jwksDto)
      .query(() => identity.auditKeys),
  }
}
