import { defineConfig } from 'vitest/config'
import { defaultExternalConditions } from 'vite'

/**
 * Workspace packages resolve to their sources, so that a test never runs a stale build; all others load as Node loads
 * them: with Vite's own condition `module` some (@opentelemetry/api) resolve to files meant for bundlers only.
 */
const conditions = ['@prep/source', ...defaultExternalConditions]
const decorators = { decorator: { legacy: true, emitDecoratorMetadata: true } }
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  oxc: decorators,
}
/** Services that a test runs in its own process say only what went wrong. */
const env = { LOG_LEVEL: 'error' }
const never = ['**/node_modules/**', '**/dist/**', '**/fixtures/**', '**/.prep/**']
const everywhere = ['apps', 'libs', 'tools']
const files = (ending: string) => everywhere.map((room) => `${room}/**/*${ending}`)

export default defineConfig({
  ...shared,
  test: {
    reporters: ['default'],
    teardownTimeout: 60_000,
    projects: [
      {
        ...shared,
        test: {
          name: 'rules',
          include: ['tools/architecture/**/*.test.ts'],
          exclude: never,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'unit',
          include: files('.test.ts'),
          exclude: [...never, '**/*.integration.test.ts', '**/*.e2e.test.ts', '**/*.gitops.test.ts', 'tools/architecture/**'],
          setupFiles: ['reflect-metadata'],
          env,
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          // Charts and the GitOps tree, rendered by Helm itself, which is built once where it is not there.
          name: 'gitops',
          include: files('.gitops.test.ts'),
          exclude: never,
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: files('.integration.test.ts'),
          exclude: never,
          setupFiles: ['reflect-metadata'],
          env,
          globalSetup: ['libs/testing/src/setup/shared-parts.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: 'pooled',
          include: ['libs/messaging/**/*.integration.test.ts', 'libs/persistence/**/*.integration.test.ts', 'libs/saga/**/*.integration.test.ts'],
          // What needs Kafka and daprd says nothing more of the database.
          exclude: [...never, '**/dapr*.integration.test.ts'],
          setupFiles: ['reflect-metadata'],
          env: { ...env, DATABASE_PREPARE_STATEMENTS: 'false' },
          globalSetup: ['libs/testing/src/setup/pooled-parts.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: files('.e2e.test.ts'),
          exclude: never,
          // Each file owns a whole platform, with ports of its own: one for each core, as half of their time is waiting.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
