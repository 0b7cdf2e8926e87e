/**
 * The boundaries of the code. A capability is a folder of server/; it is entered through its index.ts, its router.ts
 * (by server/api only) or its schema.ts (the shapes it speaks).
 */
const CAPABILITIES = '^server/(?!(?:platform|api|cli)/)([^/]+)/'
const PURE = '^(programs/client/math|server/dex|server/strategy|ai-agent/policy)/'
const TESTS = '[.]test[.]tsx?$'
/** What tests and benches share; `tests-are-leaves` keeps it out of the rest. */
const TESTING = '/testing[^/]*[.]ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'capability-door',
      comment: 'Another capability is entered through its index.ts, or its schema.ts for the shapes it speaks.',
      severity: 'error',
      from: { path: CAPABILITIES, pathNot: [TESTS, TESTING] },
      to: {
        path: CAPABILITIES,
        pathNot: ['^server/$1/', '^server/[^/]+/(index|schema)[.]ts$'],
      },
    },
    {
      name: 'api-door',
      comment: 'The API mounts routers and speaks schemas; rules and queries stay inside.',
      severity: 'error',
      from: { path: '^server/(api|main|cli)', pathNot: [TESTS, TESTING] },
      to: { path: CAPABILITIES, pathNot: '^server/[^/]+/(index|router|schema)[.]ts$' },
    },
    {
      name: 'platform-knows-no-capability',
      comment: 'The platform is below everything; what it needs of a capability is passed in.',
      severity: 'error',
      from: { path: '^server/platform/', pathNot: TESTS },
      to: { path: '^(server/(?!platform/)|app/|ai-agent/)' },
    },
    {
      name: 'api-root-is-a-leaf',
      comment: 'The root router is imported by the API alone; pages take its type.',
      severity: 'error',
      from: { pathNot: ['^server/api/', TESTS] },
      to: { path: '^server/api/root[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'app-takes-types-from-server',
      comment: 'A page evaluates a module a second time; values reach it over the API.',
      severity: 'error',
      from: { path: '^app/', pathNot: TESTS },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-knows-no-pages',
      comment: 'The one meeting point is the typed caller on globalThis.',
      severity: 'error',
      from: { path: '^(server|programs)/', pathNot: TESTS },
      to: { path: '^app/', pathNot: '^app/server-caller[.]ts$' },
    },
    {
      name: 'client-knows-no-server',
      comment: 'The SDK is used by web, keeper, indexer, CLI and other people.',
      severity: 'error',
      from: { path: '^programs/client/', pathNot: TESTS },
      to: { path: '^(server|app)/' },
    },
    {
      name: 'pure-stays-pure',
      comment: 'Maths and strategies take everything as arguments: no IO, no clock, no platform.',
      severity: 'error',
      // The differential command runs the Rust twin beside the TypeScript one; nothing imports it.
      from: { path: PURE, pathNot: [TESTS, '/differential[.]ts$'] },
      to: {
        path: '^(server/platform/|app/)|^node:|^(fs|net|http|https|child_process|crypto)$|node_modules/(pg|kysely|@solana/web3[.]js)/',
      },
    },
    {
      name: 'only-api-main-know-the-outer-ring',
      comment: 'Capabilities publish topics or outbox rows; they never call notify, admin or the assistant.',
      severity: 'error',
      from: { path: '^(server/(?!(?:api|notify|admin)/)|programs/|app/)', pathNot: ['^server/main[.]ts$', TESTS] },
      to: { path: '^(server/(notify|admin)|ai-agent)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tests-are-leaves',
      comment: 'Code that runs must not need what only tests need.',
      severity: 'error',
      from: { pathNot: [TESTS, TESTING, '^tests/', '^bench/', '^vitest[.]config[.]ts$'] },
      to: { path: [TESTING, TESTS] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(target|[.]next)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
    },
  },
}
