import type { TestProject } from 'vitest/node'
import { endPlatform, privatePlatform, startPlatform } from './private-platform.ts'

/** What the integration project's parts tell the tests; read by inject(). */
export interface SharedParts {
  /** Address of the shared PostgreSQL's maintenance database, as a role that may create databases. */
  postgresUrl: string
  /** The same through PgBouncer, where the tests run behind one. */
  poolerUrl?: string
  /** host:port of the shared Kafka's listener. */
  kafkaBroker: string
}

declare module 'vitest' {
  export interface ProvidedContext { prepParts: SharedParts }
}

/** Set by a test that runs other tests: they use its parts, as JSON of `SharedParts`, instead of starting their own. */
const GIVEN_PARTS = 'PREP_TEST_PARTS'

/** Starts one private PostgreSQL and one private Kafka for the whole integration stage. */
export default async function startSharedParts(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env[GIVEN_PARTS]
  if (given !== undefined) {
    project.provide('prepParts', JSON.parse(given) as SharedParts)
    return () => Promise.resolve()
  }
  const platform = await privatePlatform({ parts: 'infra' })
  await startPlatform(platform)
  project.provide('prepParts', { postgresUrl: platform.databaseUrl('postgres'), kafkaBroker: platform.kafkaBrokers })
  return () => endPlatform(platform)
}
