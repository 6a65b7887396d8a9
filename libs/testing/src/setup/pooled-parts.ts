import type { TestProject } from 'vitest/node'
import { endPlatform, privatePlatform, startPlatform } from './private-platform.ts'
import './shared-parts.ts'

/** Starts one private PostgreSQL behind a PgBouncer in transaction mode; test databases are reached through it. */
export default async function startPooledParts(project: TestProject): Promise<() => Promise<void>> {
  const platform = await privatePlatform({ parts: 'infra', kafka: false })
  await startPlatform(platform)
  const pooler = platform.addPgBouncer()
  await pooler.start()
  const postgresUrl = platform.databaseUrl('postgres')
  const poolerUrl = Object.assign(new URL(postgresUrl), { port: String(pooler.port) }).toString()
  project.provide('prepParts', { postgresUrl, poolerUrl, kafkaBroker: '' })
  return () => endPlatform(platform)
}
