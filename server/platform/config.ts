import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from './errors.ts'

/**
 * Every setting of the server. The only reader of the environment: `.env.example` is generated from this table, and a
 * test compares the two. `describe` is what a person needs to know to set the variable.
 */
const port = z.coerce
  .number('give a port number')
  .int()
  .min(1, 'give a port from 1 to 65535')
  .max(65535, 'give a port from 1 to 65535')
const httpUrl = z.url({ protocol: /^https?$/, error: 'give an http:// or https:// URL' })
const callsPerMinute = z.coerce
  .number('give a number')
  .int()
  .min(1, 'give a number from 1 to 1000000')
  .max(1_000_000, 'give a number from 1 to 1000000')
const origin = httpUrl.transform((url) => new URL(url).origin)
const wsUrl = z.url({ protocol: /^wss?$/, error: 'give a ws:// or wss:// URL' })
const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'give a URL like postgres://user:password@host:5432/name',
})
const redisUrl = z.url({ protocol: /^rediss?$/, error: 'give a URL like redis://user:password@host:6379/0' })
const address = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'give a base58 Solana address')

const oauthClient = z
  .string()
  .regex(/^[^:\s]+:\S+$/, 'give the client id and the client secret with a colon between them')

const sealKeys = z
  .string()
  .regex(
    /^[A-Za-z0-9+/=]{44}( *, *[A-Za-z0-9+/=]{44})*$/,
    'give 32 bytes in base64, or several with commas between them',
  )

/** Values with commas between them. */
function list(item: z.ZodType<string, string>) {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(item))
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `choose one of ${values.join(', ')}`)
}

export const environmentSchema = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test'])
    .default('production')
    .describe('development reloads pages and shows details of errors'),
  HOST: z
    .string()
    .min(1, 'give an address to listen on')
    .default('127.0.0.1')
    .describe('address the web server listens on; 0.0.0.0 opens it to the network'),
  PORT: port.default(3000).describe('port of the web server'),
  PUBLIC_URL: list(origin)
    .optional()
    .describe(
      'origin that browsers reach the site under, or several with commas between them: wallets sign in to these alone; default http://127.0.0.1 and http://localhost with PORT',
    ),
  TRUSTED_PROXIES: z.coerce
    .number('give a number')
    .int()
    .min(0, 'give a number from 0 to 10')
    .max(10, 'give a number from 0 to 10')
    .default(0)
    .describe("proxies in front that each add to X-Forwarded-For; 0: the connection's address is the client's"),
  CORS_ORIGINS: list(origin)
    .default([])
    .describe(
      'origins of other sites whose pages may call the API with a bearer token, with commas between them; default none',
    ),
  RATE_LIMIT_DATA: callsPerMinute.default(1_000).describe('reads a minute for each address, user and key'),
  RATE_LIMIT_TRADING: callsPerMinute
    .default(100)
    .describe('orders a minute for each address, user and key; twice as many may be canceled'),
  AUTH_SIGNING_KEY: z
    .string()
    .min(1, 'give a private key')
    .optional()
    .describe(
      'Ed25519 private key (PKCS #8 PEM, line breaks as \\n) that signs access tokens; every machine needs the same. Default: made at first start and kept in DATA_DIR',
    ),
  AUDIT_SIGNING_KEY: z
    .string()
    .min(1, 'give a private key')
    .optional()
    .describe(
      'Ed25519 private key (PKCS #8 PEM, line breaks as \\n) that signs the heads of the audit log; every machine needs the same. Default: made at first start and kept in DATA_DIR',
    ),
  SEAL_KEYS: sealKeys
    .optional()
    .describe(
      'master keys of stored secrets, each 32 bytes in base64, the one that seals first; every machine needs the same. Default: made at first start and kept in DATA_DIR',
    ),
  SIGNER_SEAL_KEYS: sealKeys
    .optional()
    .describe(
      'the same of the trading keys that users leave with the service: set it where the role signer runs, and nowhere else',
    ),
  ADMIN_WALLETS: list(address)
    .optional()
    .describe('wallets that have the role admin from their first sign-in on, with commas between them'),
  GOOGLE_CLIENT: oauthClient
    .optional()
    .describe('client id and secret of Google, with a colon between them, for linked identities'),
  GITHUB_CLIENT: oauthClient.optional().describe('the same of a GitHub OAuth app'),
  DISCORD_CLIENT: oauthClient.optional().describe('the same of a Discord application'),
  KYC_PROVIDER: z
    .string()
    .regex(/^(manual|stripe:[^:\s]+:[^:\s]+)$/, 'give manual, or stripe:SECRET_KEY:WEBHOOK_SECRET')
    .optional()
    .describe(
      'who finds out who users are: "manual", the risk desk, or "stripe:SECRET_KEY:WEBHOOK_SECRET", Stripe Identity. Default: nobody is checked',
    ),
  METRICS_PORT: port
    .optional()
    .describe('port where a role without a web server answers /metrics and /healthz; with ./qd up that is the worker'),
  DATA_DIR: z
    .string()
    .min(1, 'give a folder')
    .default('.data')
    .describe('folder of everything the embedded parts keep: database, local chain, logs'),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least level that is logged'),
  LOG_FORMAT: oneOf(['json', 'pretty']).default('json').describe('json for machines, pretty for a terminal'),
  DATABASE_URL: postgresUrl
    .optional()
    .describe(
      'PostgreSQL 15 or newer, for example Supabase; a pooler is allowed. Without it an embedded PostgreSQL runs in DATA_DIR',
    ),
  DATABASE_DIRECT_URL: postgresUrl
    .optional()
    .describe('the same database without a pooler, for LISTEN, migrations and leases; default DATABASE_URL'),
  REDIS_URL: redisUrl
    .optional()
    .describe(
      'Redis 6.2 or newer, or Valkey, that carries messages between processes; the number at its end keeps deployments apart. Without it PostgreSQL NOTIFY does',
    ),
  PG_PORT: port.default(5433).describe('port of the embedded PostgreSQL'),
  CLUSTER: oneOf(['localnet', 'devnet', 'mainnet-beta'])
    .default('localnet')
    .describe('Solana cluster; localnet runs a chain on this machine'),
  LOCALNET_PORT: port
    .max(65534, 'give a port up to 65534: the WebSocket takes the next one')
    .default(8899)
    .describe('RPC port of the local chain; its WebSocket is the next port'),
  RPC_URL: list(httpUrl)
    .optional()
    .describe(
      'Solana RPC, or several with commas between them that stand in for each other, the most trusted first; default the local chain, or the public endpoint of CLUSTER',
    ),
  RPC_WS_URL: list(wsUrl)
    .optional()
    .describe(
      'their WebSockets in the same order; default RPC_URL with ws (the next port where the URL names one, as validators have it)',
    ),
  PUBLIC_RPC_URL: httpUrl
    .optional()
    .describe(
      'RPC that browsers use; default the local chain, or the public endpoint of CLUSTER, never RPC_URL (put no private key of a provider here)',
    ),
  PUBLIC_RPC_WS_URL: wsUrl.optional().describe('WebSocket that browsers use; default derived from PUBLIC_RPC_URL'),
  USDC_MINT: address
    .optional()
    .describe('mint of the settlement token; needed outside localnet, where it is the test USDC'),
  KEEPER_KEYPAIR: z
    .string()
    .min(1, 'give a file or a key')
    .optional()
    .describe(
      'file (solana-keygen JSON) or base58 secret key that pays for keeper transactions; needed outside localnet, which has its own',
    ),
  KEEPER_DRY_RUN: oneOf(['true', 'false'])
    .transform((text) => text === 'true')
    .prefault('false')
    .describe('true: the keeper decides, simulates and logs, and sends nothing'),
  KEEPER_FEE_PERCENTILE: z.coerce
    .number('give a number from 0 to 100')
    .min(0, 'give a number from 0 to 100')
    .max(100, 'give a number from 0 to 100')
    .default(60)
    .describe('the keeper offers this percentile of the priority fees paid lately for the accounts it writes'),
  KEEPER_FEE_CAP: z.coerce
    .number('give micro-lamports')
    .int()
    .min(0, 'give micro-lamports, 0 or more')
    .default(500_000)
    .describe('the most the keeper offers, in micro-lamports per compute unit'),
  KEEPER_PARALLEL: z.coerce
    .number('give a number')
    .int()
    .min(1, 'give a number from 1 to 256')
    .max(256, 'give a number from 1 to 256')
    .default(32)
    .describe('accounts the keeper liquidates at once'),
  ORACLE_SOURCE: oneOf(['auto', 'hermes', 'pyth-push', 'exchange', 'replay'])
    .default('auto')
    .describe(
      'where prices come from. auto: Hermes with HERMES_API_KEY, then Pyth accounts with PYTH_RPC_URL (or RPC_URL outside localnet), then exchanges, each where the one before does not deliver; without any of these settings, on localnet, replay. A name: that source alone. replay plays recorded real prices, is marked so everywhere, and exists on localnet only',
    ),
  HERMES_URL: httpUrl.optional().describe('price service of Pyth; default https://hermes.pyth.network'),
  HERMES_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'give the key as Pyth wrote it, without spaces')
    .optional()
    .describe('key for HERMES_URL, from Pyth; since August 2026 Hermes answers nobody without one'),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/, 'give the token as @BotFather wrote it')
    .optional()
    .describe('token of the Telegram bot that tells users what happens; without it nobody is offered Telegram'),
  TELEGRAM_API_URL: httpUrl
    .default('https://api.telegram.org')
    .describe('Bot API that the bot uses; another for a Bot API server of your own'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'give a URL like smtps://user:password@host:465' })
    .optional()
    .describe(
      'mail server that takes mail for users, smtps:// or smtp:// (which changes to TLS where the server can, and must where there is a password); without it nobody is offered e-mail',
    ),
  SMTP_FROM: z
    .email('give an e-mail address')
    .optional()
    .describe('address that mail comes from; needed with SMTP_URL'),
  WEBHOOKS_PRIVATE: oneOf(['true', 'false'])
    .transform((text) => text === 'true')
    .prefault('false')
    .describe(
      'true: webhooks may go to http:// and to addresses inside your own network. Only where every user is trusted',
    ),
  PYTH_RPC_URL: httpUrl
    .optional()
    .describe("Solana RPC where Pyth's price accounts are read; default RPC_URL outside localnet, none on localnet"),
})

type Environment = z.output<typeof environmentSchema>
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<S>
type Derived = {
  /** At least one. */
  publicOrigins: readonly string[]
  adminWallets: readonly string[]
  /** The first of `rpcEndpoints`. */
  rpcUrl: string
  rpcWsUrl: string
  /** At least one. */
  rpcEndpoints: readonly { url: string; wsUrl: string }[]
  publicRpcUrl: string
  publicRpcWsUrl: string
  hermesUrl: string
  /** Where Pyth's price accounts are; empty where there are none. */
  pythRpcEndpoints: readonly { url: string; wsUrl: string }[]
}

/** The settings in camel case, addresses of the chain filled in, `dataDir` absolute. */
export type Config = Readonly<
  Omit<{ [K in keyof Environment as Camel<K & string>]: Environment[K] }, keyof Derived | 'pythRpcUrl' | 'publicUrl'> &
    Derived
>

const PUBLIC_RPC = {
  devnet: 'https://api.devnet.solana.com',
  'mainnet-beta': 'https://api.mainnet-beta.solana.com',
} as const

const PUBLIC_HERMES = 'https://hermes.pyth.network'

/** Adds the variables of `.env` to the environment; those set already win. */
export function loadEnvironmentFile(file = '.env'): void {
  if (existsSync(file)) process.loadEnvFile(file)
}

/** The environment for a child process: ours, with some variables set. */
export function childEnvironment(overrides: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...overrides }
}

/**
 * Reads and checks the whole environment.
 * @throws AppError BAD_INPUT that lists every problem, one line each: variable, value, what to do.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  // An empty variable means unset: compose files and CI systems cannot say "absent".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environmentSchema.safeParse(given)
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ name: path.map(String).join('.'), message })),
    ...problemsTogether(given),
  ]
  if (!parsed.success || problems.length > 0) {
    const lines = problems.map(
      ({ name, message }) =>
        `  ${name}: ${message} (it is ${given[name] === undefined ? 'not set' : shown(name, given[name])})`,
    )
    throw new AppError('BAD_INPUT', {
      message: `The configuration has ${lines.length === 1 ? 'a problem' : `${lines.length} problems`}:\n${lines.join('\n')}`,
    })
  }
  const values = parsed.data
  const fallback =
    values.CLUSTER === 'localnet' ? `http://127.0.0.1:${values.LOCALNET_PORT}` : PUBLIC_RPC[values.CLUSTER]
  const [rpcUrl = fallback, ...otherRpcUrls] = values.RPC_URL ?? []
  const rpcEndpoints = [rpcUrl, ...otherRpcUrls].map((url, at) => ({
    url,
    wsUrl: values.RPC_WS_URL?.[at] ?? webSocketUrl(url),
  }))
  const rpcWsUrl = rpcEndpoints[0]?.wsUrl ?? webSocketUrl(rpcUrl)
  // The URL of a provider carries its key: only the chain on this machine may be told to browsers unasked.
  const publicIsOurs = values.PUBLIC_RPC_URL === undefined && values.CLUSTER === 'localnet'
  // The local chain has no price accounts but those we write ourselves.
  const clusterHasPyth = values.CLUSTER === 'localnet' ? [] : rpcEndpoints
  const pythRpcEndpoints =
    values.PYTH_RPC_URL === undefined
      ? clusterHasPyth
      : [{ url: values.PYTH_RPC_URL, wsUrl: webSocketUrl(values.PYTH_RPC_URL) }]
  const publicRpcUrl = values.PUBLIC_RPC_URL ?? (values.CLUSTER === 'localnet' ? rpcUrl : PUBLIC_RPC[values.CLUSTER])
  return Object.freeze({
    nodeEnv: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    publicOrigins: values.PUBLIC_URL ?? [`http://127.0.0.1:${values.PORT}`, `http://localhost:${values.PORT}`],
    trustedProxies: values.TRUSTED_PROXIES,
    corsOrigins: values.CORS_ORIGINS,
    rateLimitData: values.RATE_LIMIT_DATA,
    rateLimitTrading: values.RATE_LIMIT_TRADING,
    authSigningKey: values.AUTH_SIGNING_KEY?.replaceAll('\\n', '\n'),
    auditSigningKey: values.AUDIT_SIGNING_KEY?.replaceAll('\\n', '\n'),
    sealKeys: values.SEAL_KEYS,
    signerSealKeys: values.SIGNER_SEAL_KEYS,
    adminWallets: values.ADMIN_WALLETS ?? [],
    googleClient: values.GOOGLE_CLIENT,
    githubClient: values.GITHUB_CLIENT,
    discordClient: values.DISCORD_CLIENT,
    kycProvider: values.KYC_PROVIDER,
    metricsPort: values.METRICS_PORT,
    dataDir: resolve(values.DATA_DIR),
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
    databaseUrl: values.DATABASE_URL,
    databaseDirectUrl: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    pgPort: values.PG_PORT,
    cluster: values.CLUSTER,
    localnetPort: values.LOCALNET_PORT,
    rpcUrl,
    rpcWsUrl,
    rpcEndpoints,
    publicRpcUrl,
    publicRpcWsUrl: values.PUBLIC_RPC_WS_URL ?? (publicIsOurs ? rpcWsUrl : webSocketUrl(publicRpcUrl)),
    usdcMint: values.USDC_MINT,
    keeperKeypair: values.KEEPER_KEYPAIR,
    keeperDryRun: values.KEEPER_DRY_RUN,
    keeperFeePercentile: values.KEEPER_FEE_PERCENTILE,
    keeperFeeCap: values.KEEPER_FEE_CAP,
    keeperParallel: values.KEEPER_PARALLEL,
    oracleSource: values.ORACLE_SOURCE,
    hermesUrl: values.HERMES_URL ?? PUBLIC_HERMES,
    hermesApiKey: values.HERMES_API_KEY,
    telegramBotToken: values.TELEGRAM_BOT_TOKEN,
    telegramApiUrl: values.TELEGRAM_API_URL,
    smtpUrl: values.SMTP_URL,
    smtpFrom: values.SMTP_FROM,
    webhooksPrivate: values.WEBHOOKS_PRIVATE,
    pythRpcEndpoints,
  })
}

type Problem = { name: string; message: string }

/** Rules between variables, checked on those that are valid by themselves, so that one start lists all problems. */
function problemsTogether(given: Readonly<Record<string, string | undefined>>): Problem[] {
  const { shape } = environmentSchema
  const valid = <Name extends keyof Environment>(name: Name): Environment[Name] | undefined => {
    const schema: z.ZodType = shape[name]
    return schema.safeParse(given[name]).data as Environment[Name] | undefined
  }
  const problems: Problem[] = []

  const cluster = valid('CLUSTER')
  const [urls, wsUrls] = [valid('RPC_URL'), valid('RPC_WS_URL')]
  if (wsUrls !== undefined && wsUrls.length !== (urls?.length ?? 1)) {
    problems.push({ name: 'RPC_WS_URL', message: 'give as many URLs as RPC_URL has, in the same order' })
  }
  const localnetPort = cluster === 'localnet' && given.RPC_URL === undefined ? valid('LOCALNET_PORT') : undefined
  const ports: [name: string, port: string | number | undefined][] = [
    ['PORT', valid('PORT')],
    ['METRICS_PORT', valid('METRICS_PORT')],
    ['PG_PORT', given.DATABASE_URL === undefined ? valid('PG_PORT') : undefined],
    ['LOCALNET_PORT', localnetPort],
    ['LOCALNET_PORT', typeof localnetPort === 'number' ? localnetPort + 1 : undefined],
  ]
  const taken = new Map<string | number, string>()
  for (const [name, value] of ports) {
    if (value === undefined) continue
    const other = taken.get(value)
    if (other !== undefined) problems.push({ name, message: `choose another port: ${value} is ${other} already` })
    taken.set(value, name)
  }
  if (cluster !== undefined && cluster !== 'localnet' && given.USDC_MINT === undefined) {
    problems.push({ name: 'USDC_MINT', message: `give the address of the USDC mint on ${cluster}` })
  }
  if (given.SMTP_URL !== undefined && given.SMTP_FROM === undefined) {
    problems.push({ name: 'SMTP_FROM', message: 'give the address that mail comes from' })
  }
  const source = valid('ORACLE_SOURCE')
  const oracle = (message: string) => problems.push({ name: 'ORACLE_SOURCE', message })
  if (source === 'replay' && cluster !== undefined && cluster !== 'localnet') {
    oracle(`recorded prices are for localnet only: on ${cluster} choose auto, hermes, pyth-push or exchange`)
  }
  if (source === 'hermes' && given.HERMES_API_KEY === undefined && given.HERMES_URL === undefined) {
    oracle('set HERMES_API_KEY too, or HERMES_URL for a Hermes of your own that needs none')
  }
  if (source === 'pyth-push' && cluster === 'localnet' && given.PYTH_RPC_URL === undefined) {
    oracle("set PYTH_RPC_URL too: the local chain has no price accounts of Pyth's own")
  }
  return problems
}

/** A validator's WebSocket is the RPC port + 1 when the URL names a port (web3.js assumes the same), else the same host. */
function webSocketUrl(rpcUrl: string): string {
  const url = new URL(rpcUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  if (url.port !== '') url.port = String(Number(url.port) + 1)
  return url.href.replace(/\/$/, '')
}

function shown(name: string, value: string | undefined): string {
  return /URL|KEY|CLIENT|TOKEN|KYC/.test(name) ? 'set, not shown' : JSON.stringify(value)
}

/** The text of `.env.example`. */
export function environmentExample(): string {
  const blocks = Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const fallback = schema.safeParse(undefined).data
    const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema
    const choices = inner instanceof z.ZodEnum ? ` One of: ${inner.options.join(', ')}.` : ''
    return `# ${capitalised(schema.description ?? '')}.${choices}\n${fallback === undefined ? `# ${name}=` : `# ${name}=${String(fallback)}`}\n`
  })
  return `# Settings of QuantDesk; copy to .env and uncomment what you change. Every line shows the default.\n# Generated by \`./qd -- env\` from server/platform/config.ts.\n\n${blocks.join('\n')}`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
