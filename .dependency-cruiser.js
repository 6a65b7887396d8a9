/**
 * The design's rules about who may know whom. Each rule is a sentence, and has a folder of its own
 * under tools/architecture/fixtures that breaks it; a test proves that the rule bites there.
 */
const test = '[.]test[.]ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-service-imports-another',
      comment: 'Services talk to each other only through Dapr pub/sub (rule 1).',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'A library serves every app, so it knows none.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'domain-is-plain',
      comment: 'domain/ imports no framework and does no I/O: only itself, contracts and uuid (rule 6).',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/domain/', pathNot: test },
      to: { pathNot: ['^apps/$1/src/domain/', '^libs/contracts/', '(^|/)node_modules/uuid/', '^(node:)?crypto$'] },
    },
    {
      name: 'only-messaging-knows-dapr',
      comment: 'Only libs/messaging knows Dapr pub/sub (rule 7).',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^libs/messaging/' },
      to: { path: '(^|/)node_modules/@dapr/' },
    },
    {
      name: 'only-persistence-opens-connections',
      comment: 'Only libs/persistence knows how connections are made (rule 7); tests may look with their own.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/(persistence|testing)/', '^apps/[^/]+-e2e/', test] },
      to: { path: '(^|/)node_modules/(@types/)?pg/' },
    },
    {
      name: 'production-code-never-imports-tools',
      comment: 'The sandbox and the local runtime are for this machine: no app or library needs them to run.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', '^apps/[^/]+-e2e/', test, '[.]fixture[.]ts$'] },
      to: { path: '^tools/' },
    },
    {
      name: 'production-code-never-imports-test-code',
      comment: 'The harness and its test runner stay out of what is deployed.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/testing/', '^apps/[^/]+-e2e/', test, '[.]fixture[.]ts$'] },
      to: { path: ['^libs/testing/', '(^|/)node_modules/vitest/', test] },
    },
    {
      name: 'contracts-know-nobody',
      comment: 'Contracts are the vocabulary: they import no other library.',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: test },
      to: { path: '^(libs/(?!contracts/)|tools/)' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea in two rooms.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that resolves to nothing fails at run time.',
      severity: 'error',
      from: { pathNot: '/fixtures/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/', '(^|/)dist/'] },
    exclude: { path: ['(^|/)dist/', '^(?!node_modules).*/fixtures/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@prep/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
}
