import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server'
import { ERROR_CLASSES, type ErrorCode } from '#server/platform/errors.ts'
import type { Access } from '#server/platform/principal.ts'
import { COSTS, type CostClass, type ProcedureMeta } from '#server/platform/procedures.ts'
import { type JsonSchema, schemaWriter } from './json-schema.ts'
import { problemDto } from './schema.ts'

type Operation = {
  operationId: string
  summary?: string
  description?: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters: unknown[]
  requestBody?: unknown
  responses: Record<string, unknown>
  /** What a call takes from which allowance. */
  'x-cost': { class: CostClass; allowance: string; weight: number }
}

export type OpenApiDocument = {
  openapi: '3.1.0'
  info: { title: string; version: string; summary: string; description: string; license: object }
  servers: { url: string; description: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, unknown>
}

export type RestProcedure = {
  name: string
  kind: 'query' | 'mutation' | 'subscription'
  access: Access
  cost: CostClass
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{parameters}`; the first is the one that is documented first. */
  paths: readonly string[]
  /** Answers the same Idempotency-Key again by itself. */
  keepsKey: boolean
  summary: string
  tags: readonly string[]
  inputs: readonly unknown[]
  output: unknown
}

/** Every procedure with `meta.openapi`. @throws TypeError for one without an output schema. */
export function restProcedures(root: AnyTRPCRouter): RestProcedure[] {
  return Object.entries(proceduresOf(root)).flatMap(([name, procedure]) => {
    const { inputs, output, meta, type: kind } = definitionOf(procedure)
    if (meta?.openapi === undefined) return []
    const { method, path, alsoAt = [], summary = '', tags = [] } = meta.openapi
    if (output === undefined) throw new TypeError(`${name} is a REST route and says not what it answers`)
    const access = meta.access ?? 'admin'
    const keepsKey = meta.idempotency === 'own'
    // What counts its calls itself sends orders, or takes them off.
    const cost = meta.cost === 'own' ? 'order' : (meta.cost ?? 'row')
    return [{ name, kind, access, cost, method, paths: [path, ...alsoAt], keepsKey, summary, tags, inputs, output }]
  })
}

export function proceduresOf(root: AnyTRPCRouter): Readonly<Record<string, AnyTRPCProcedure>> {
  return root._def.procedures
}

type Definition = {
  type: 'query' | 'mutation' | 'subscription'
  meta?: ProcedureMeta
  inputs: readonly unknown[]
  output?: unknown
}

/** tRPC keeps the schemas at each procedure, but its types do not say so. */
export const definitionOf = (procedure: AnyTRPCProcedure): Definition => procedure._def as unknown as Definition

const TAGS: Readonly<Record<string, string>> = {
  markets: 'Parameters, state, trades, candles and books of the markets',
  oracle: 'Prices as the oracle publishes them, and how its sources are doing',
  accounts: 'Orders, fills, positions and transfers of any wallet: chain data is public',
  portfolio: 'What a wallet made of its money',
  analytics: 'Results of a wallet over all markets and for each token',
  funding: 'Funding rates and payments',
  liquidations: 'Positions that were closed by force',
  pool: 'The liquidity pool and the insurance fund',
  leaderboard: 'Traders by profit, volume or return',
  solvency: 'What the vaults hold against what everybody owns',
  trading: 'Transactions to sign, and sending them',
  signer: 'Orders that the service signs with a key you leave with it, within your limits',
  auth: 'Signing in with a wallet, sessions, second factors',
  users: 'Profiles and what belongs to the signed-in user',
  keys: 'API keys',
  admin: 'For those who run this deployment',
  system: 'What this deployment is, and how its parts are doing',
  notifications: 'What you are told, where, and at which prices',
  webhooks: 'Where your programs are told',
}

const SECURITY: Record<string, string[]>[] = [{ bearer: [] }, { signature: [] }, { session: [] }]

const SIGNATURE =
  'Id of an API key that signs each request. X-QD-Timestamp (ms, within 30 s), X-QD-Nonce (8 to 64 characters, never twice) and X-QD-Signature go with it: base64 of the HMAC-SHA256 or Ed25519 signature of timestamp, nonce, method, path with query, and the SHA-256 of the body in hex, with line feeds between them.'

const INTRODUCTION = `Everything the terminal knows and does, over HTTP. Reads of the chain are public; what belongs to a user asks for a
bearer token, an API key or the session cookie. Money and sizes are exact decimal text, times are milliseconds since
1970-01-01 UTC. Refusals are problem documents (RFC 9457) whose \`code\` is one of a closed list. A live copy of most
reads streams over \`/api/stream\` (server-sent events) and \`/ws\` (WebSocket, see \`/api/docs/asyncapi.json\`).`

/** OpenAPI 3.1 of the REST face, from the same schemas the procedures check their input and output with. */
export function openApiDocument(root: AnyTRPCRouter, version: string): OpenApiDocument {
  const { components, write } = schemaWriter()
  const paths: OpenApiDocument['paths'] = {}
  const procedures = restProcedures(root)
  for (const procedure of procedures) {
    for (const path of procedure.paths) {
      const at = paths[path] ?? {}
      paths[path] = at
      const method = procedure.method.toLowerCase()
      if (at[method] !== undefined) throw new TypeError(`two procedures answer ${procedure.method} ${path}`)
      at[method] = operation(procedure, path, write)
    }
  }
  write(problemDto, 'output')
  const used = new Set(procedures.flatMap(({ tags }) => tags))
  return {
    openapi: '3.1.0',
    info: {
      title: 'QuantDesk API',
      version,
      summary: 'A perpetuals exchange and trading desk on Solana',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api', description: 'This server' }],
    tags: Object.entries(TAGS).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    paths,
    components: {
      schemas: sorted(components),
      responses: problemResponses(),
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
      headers: HEADERS,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Access token of a sign-in, or an API key' },
        signature: { type: 'apiKey', in: 'header', name: 'X-QD-Key', description: SIGNATURE },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-qd-access',
          description: 'What the pages of this site use',
        },
      },
    },
  }
}

function operation(procedure: RestProcedure, path: string, write: ReturnType<typeof schemaWriter>['write']): Operation {
  const { name, kind, access, cost, method, paths, summary, tags, inputs, output } = procedure
  const { bucket: allowance, weight } = COSTS[cost]
  const { properties, required } = inputShape(inputs, write)
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter))
  const others = Object.entries(properties).filter(([field]) => !inPath.has(field))
  const hasBody = method !== 'GET' && method !== 'DELETE' && others.length > 0
  const alias = paths.indexOf(path)
  return {
    operationId: alias < 1 ? name : `${name}.${alias + 1}`,
    summary,
    ...(alias < 1 ? {} : { description: `The same as ${method} ${paths[0]}.` }),
    tags: [...tags],
    security: access === 'public' ? [] : SECURITY,
    parameters: [
      ...[...inPath].map((field) => parameter('path', field, properties[field] ?? {}, true)),
      ...(hasBody ? [] : others.map(([field, schema]) => parameter('query', field, schema, required.has(field)))),
      ...(kind === 'mutation' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ],
    ...(hasBody ? { requestBody: jsonBody(others, required) } : {}),
    responses: {
      200: {
        description: summary,
        headers: rateHeaders(),
        content: { 'application/json': { schema: write(output, 'output') } },
      },
      ...refusals(procedure, inputs.length > 0),
    },
    'x-cost': { class: cost, allowance, weight },
  }
}

/** The fields of all input schemas; a procedure reads an object or nothing. */
function inputShape(inputs: readonly unknown[], write: ReturnType<typeof schemaWriter>['write']) {
  const properties: Record<string, JsonSchema> = {}
  const required = new Set<string>()
  for (const input of inputs) {
    const schema = write(input, 'input')
    Object.assign(properties, schema.properties)
    for (const field of schema.required ?? []) required.add(field)
  }
  return { properties, required }
}

function parameter(place: 'path' | 'query', name: string, schema: JsonSchema, required: boolean) {
  const { description, ...rest } = schema
  return { name, in: place, required, ...(description === undefined ? {} : { description }), schema: rest }
}

function jsonBody(fields: [string, JsonSchema][], required: ReadonlySet<string>) {
  const names = fields.map(([name]) => name).filter((name) => required.has(name))
  const schema = {
    type: 'object',
    properties: Object.fromEntries(fields),
    ...(names.length === 0 ? {} : { required: names }),
    additionalProperties: false,
  }
  return { required: names.length > 0, content: { 'application/json': { schema } } }
}

/** Those a caller has to expect; whatever else may go wrong looks the same. */
function refusals({ access, kind, paths }: RestProcedure, hasInput: boolean) {
  const codes: ErrorCode[] = [
    ...(hasInput ? (['BAD_INPUT'] as const) : []),
    ...(access === 'public' ? [] : (['UNAUTHENTICATED', 'FORBIDDEN'] as const)),
    ...(paths[0]?.includes('{') ? (['NOT_FOUND'] as const) : []),
    ...(kind === 'mutation' ? (['CONFLICT'] as const) : []),
    'RATE_LIMITED',
  ]
  const references = codes.map((code) => [ERROR_CLASSES[code].status, { $ref: `#/components/responses/${code}` }])
  return { ...Object.fromEntries(references), default: { $ref: '#/components/responses/Failure' } }
}

function problemResponses() {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const responses = Object.entries(ERROR_CLASSES).map(([code, { title, userMessage }]) => {
    const headers = code === 'RATE_LIMITED' ? { ...rateHeaders(), 'Retry-After': header('Retry-After') } : {}
    return [code, { description: `${title}. ${userMessage}`, headers, content }]
  })
  return { ...Object.fromEntries(responses), Failure: { description: 'Any other problem, told by its code', content } }
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A new random text for each action, a UUID for example. The same key with the same body is answered again for 24 hours without being done again; with another body it is refused.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{16,128}$' },
}

const HEADERS = {
  RateLimit: {
    description: 'What is left of the allowance that is nearest to its end, and when it grows: `"data";r=998;t=1`',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The allowances this request was counted against: `"data";q=1000;w=60`',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds until it is worth trying again', schema: { type: 'integer', minimum: 1 } },
}

const header = (name: string) => ({ $ref: `#/components/headers/${name}` })
const rateHeaders = () => ({ RateLimit: header('RateLimit'), 'RateLimit-Policy': header('RateLimit-Policy') })

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
