import { isIP } from 'node:net'
import { z } from 'zod'

const at = z.number().int().describe('Milliseconds since 1970-01-01 UTC')
const id = z.uuid()
const base64 = z.base64().max(4_096)

export const walletAddress = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'must be a Solana address in base58')
  .describe('Solana address, base58')
export const referralCode = z
  .string()
  .regex(/^[A-Z0-9]{4,16}$/, 'a referral code is 4 to 16 capital letters and digits')
  .describe("Code of a user's referral link")

/** Tokens go into cookies no script can read, or into the answer for programs that keep them themselves. */
const delivery = z.enum(['cookie', 'token']).default('cookie').describe('cookie for pages, token for programs')

export const okDto = z.object({ ok: z.literal(true) })
export const OK = { ok: true } as const

// Signing in

export const signInRequest = z.object({ wallet: walletAddress })
export const signInChallengeDto = z.object({
  nonce: z.string(),
  input: z
    .object({
      domain: z.string(),
      address: z.string(),
      statement: z.string(),
      uri: z.string(),
      version: z.literal('1'),
      chainId: z.string(),
      nonce: z.string(),
      issuedAt: z.string(),
      expirationTime: z.string(),
    })
    .describe('For the wallet feature solana:signIn, as it is'),
  message: z.string().describe('The same as text, for solana:signMessage'),
  expiresAt: at,
})
export const signedChallenge = z.object({
  nonce: z.string().max(64),
  signature: base64.describe('Ed25519 signature of the message, base64'),
})
export const signInInput = signedChallenge.extend({ referralCode: referralCode.optional(), delivery })

export const userDto = z.object({
  id,
  wallet: z.string(),
  displayName: z.string().nullable(),
  role: z.enum(['user', 'support', 'risk', 'admin']),
  kycStatus: z.enum(['none', 'pending', 'verified', 'rejected']),
  riskLevel: z.enum(['unrated', 'low', 'medium', 'high']),
  referralCode: z.string(),
  createdAt: at,
})
export type UserDto = z.infer<typeof userDto>

export const grantDto = z.object({
  expiresAt: at.describe('End of the access token'),
  sessionExpiresAt: at.describe('However often it is refreshed'),
  accessToken: z.string().optional().describe('With delivery "token" only'),
  refreshToken: z.string().optional().describe('With delivery "token" only; each is good once'),
})
export type GrantDto = z.infer<typeof grantDto>

export const refreshInput = z.object({
  refreshToken: z.string().max(128).optional().describe('Without it the cookie is used'),
})

export const currentSessionDto = z
  .object({
    user: userDto,
    sessionId: id,
    expiresAt: at,
    steppedUpAt: at.nullable(),
    confirmWith: z
      .array(z.enum(['wallet', 'totp', 'passkey', 'recovery_code']))
      .describe('What this user can confirm with; wallet only where there is no second factor'),
  })
  .nullable()
export type CurrentSessionDto = z.infer<typeof currentSessionDto>

export const sessionDto = z.object({
  id,
  userAgent: z.string().nullable(),
  ip: z.string().nullable(),
  createdAt: at,
  lastSeenAt: at,
  expiresAt: at,
  isCurrent: z.boolean(),
})
export const sessionInput = z.object({ id })

export const jwksDto = z.object({ keys: z.record(z.string(), z.unknown()).array() })

// Second factors

const label = z.string().trim().min(1, 'give it a name').max(40, 'at most 40 characters')
export const factorDto = z.object({
  id,
  kind: z.enum(['totp', 'passkey']),
  label: z.string(),
  createdAt: at,
})
export const factorsDto = z.object({
  factors: factorDto.array(),
  recoveryCodesLeft: z.number().int(),
  passkeys: z.boolean().describe('Passkeys need HTTPS or localhost, and a host name'),
  reset: z
    .object({ dueAt: at })
    .nullable()
    .describe('Staff were asked to remove all factors, and will at this time unless you stop it'),
})
export const factorInput = z.object({ id })
export const totpSetupDto = z.object({
  id,
  secret: z.string().describe('Base32, for an app that takes no QR code'),
  uri: z.string().describe('otpauth://'),
})
export const codeInput = z.object({ code: z.string().trim().min(6).max(32) })
export const totpConfirmInput = z.object({
  id,
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'a code has 6 digits'),
})
/** Only where the first factor was added. */
export const factorAddedDto = z.object({
  recoveryCodes: z.array(z.string()).nullable().describe('Shown once; null when there are some already'),
})
export const recoveryCodesDto = z.object({ recoveryCodes: z.array(z.string()) })
/** What the browser's WebAuthn call takes and gives; checked by the WebAuthn library. */
export const webAuthnOptionsDto = z.object({ options: z.record(z.string(), z.unknown()) })
export const webAuthnResponse = z.looseObject({
  id: z.string().max(1_024),
  rawId: z.string().max(1_024),
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}),
  response: z.looseObject({ clientDataJSON: z.string().max(8_192) }),
})
export const passkeyInput = z.object({ label, response: webAuthnResponse })
export const passkeyConfirmInput = z.object({ response: webAuthnResponse })

export const factorResetInput = z.object({
  wallet: walletAddress,
  reason: z.string().trim().min(1, 'say why').max(500).describe('How support knows that it is the owner who asks'),
})

// Acts of staff that take two people

export const approvalDto = z.object({
  id,
  kind: z.string(),
  payload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  payloadHash: z.string().describe('SHA-256, hex: hand it back with the decision'),
  reason: z.string(),
  askedBy: z.string().nullable().describe('Wallet of who asked'),
  askedAt: at,
  expiresAt: at,
})
export const approvalIdDto = z.object({ id })
export const decisionInput = z.object({
  id,
  payloadHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the payloadHash that the list showed')
    .describe('Of what was read: anything else is refused'),
  approve: z.boolean(),
})

// API keys

export const scope = z.enum(['read', 'trade', 'admin'])
const network = z
  .string()
  .refine((text) => {
    const [address = '', bits, rest] = text.split('/')
    const family = isIP(address)
    const most = family === 4 ? 32 : 128
    return (
      family !== 0 && rest === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    )
  }, 'give an IP address, or a network such as 203.0.113.0/24')
  .describe('IP address or CIDR network')
const perMinute = z.number().int().min(1).max(100_000).nullable().default(null)
export const apiKeyInput = z
  .object({
    label,
    method: z
      .enum(['bearer', 'hmac', 'ed25519'])
      .describe('bearer: the key in a header, read only. hmac, ed25519: each request is signed'),
    scopes: z.array(scope).min(1).max(3),
    ips: z.array(network).max(20).default([]).describe('Empty: from anywhere'),
    expiresAt: at.nullable().default(null),
    publicKey: base64.optional().describe('ed25519: your public key, 32 bytes in base64'),
    tradingLimit: perMinute.describe('Trading requests a minute; null: as everybody'),
    dataLimit: perMinute.describe('Data requests a minute; null: as everybody'),
  })
  .refine(({ method, publicKey }) => (method === 'ed25519') === (publicKey !== undefined), {
    path: ['publicKey'],
    message: 'an ed25519 key needs your public key, the others make their own secret',
  })
  .refine(({ method, scopes }) => method !== 'bearer' || scopes.every((one) => one === 'read'), {
    path: ['scopes'],
    message: 'a bearer key may only read: choose a method that signs requests',
  })
export type ApiKeyInput = z.output<typeof apiKeyInput>
export const apiKeyDto = z.object({
  id,
  label: z.string(),
  method: z.enum(['bearer', 'hmac', 'ed25519']),
  scopes: scope.array(),
  ips: z.string().array(),
  tradingLimit: z.number().int().nullable(),
  dataLimit: z.number().int().nullable(),
  createdAt: at,
  expiresAt: at.nullable(),
  lastUsedAt: at.nullable(),
  lastUsedIp: z.string().nullable(),
})
export const newApiKeyDto = z.object({
  key: apiKeyDto,
  secret: z.string().nullable().describe('Shown once. bearer: the token; hmac: the secret; ed25519: null'),
})
export const apiKeyIdInput = z.object({ id })

// Linked identities

export const provider = z.enum(['google', 'github', 'discord'])
export type Provider = z.infer<typeof provider>
export const linkedIdentitiesDto = z.object({
  offered: provider.array().describe('Those the operator has set up'),
  linked: z.object({ id, provider, label: z.string(), linkedAt: at }).array(),
})
export const providerInput = z.object({ provider })
export const authorizationDto = z.object({ url: z.string() })
export const linkInput = z.object({
  provider,
  query: z.record(z.string().max(64), z.string().max(4_096)).describe('Parameters of the address the provider led to'),
})
export const identityInput = z.object({ id })

// Checks of who a person is

export const identityCheckDto = z.object({
  offered: z.boolean().describe('Whether this site checks anybody'),
  check: z
    .object({
      status: z.enum(['none', 'pending', 'verified', 'rejected']),
      reason: z.string().nullable().describe('Why it was not passed'),
      startedAt: at,
    })
    .nullable(),
})
export const checkStartedDto = z.object({
  url: z.string().nullable().describe('Where the person goes on; null where nobody has to go anywhere'),
})
export const pendingCheckDto = z.object({
  wallet: z.string(),
  provider: z.string(),
  reference: z.string().describe("The provider's own id of it"),
  startedAt: at,
})

// Profile, standing, data

export const profileInput = z.object({
  displayName: z
    .string()
    .trim()
    .max(40, 'at most 40 characters')
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'letters, digits, spaces, dots, dashes; a letter or digit first')
    .nullable(),
})
export const publicProfileDto = z.object({ wallet: z.string(), displayName: z.string().nullable() })
export const referrerInput = z.object({ code: referralCode })
export const referrerDto = z.object({ wallet: z.string() })
export const loginEventDto = z.object({
  at,
  result: z.enum(['signed_in', 'refused', 'signed_out', 'revoked']),
  reason: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
})
export const roleInput = z.object({ wallet: walletAddress, role: z.enum(['user', 'support', 'risk', 'admin']) })
export const standingInput = z.object({
  wallet: walletAddress,
  kycStatus: z.enum(['none', 'pending', 'verified', 'rejected']).optional(),
  riskLevel: z.enum(['unrated', 'low', 'medium', 'high']).optional(),
})
export const exportDto = z.record(z.string(), z.unknown())
export const deleteInput = z.object({ wallet: walletAddress.describe('Your own, typed again') })
