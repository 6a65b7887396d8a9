import { createLogger, setLogger } from '@prep/observability'
import type { MigrationClass } from '@prep/persistence'
import { configText, readConfig } from './config.ts'
import { ConfigError, EXIT } from './errors.ts'
import { url } from './settings.ts'

/**
 * The whole migrate.ts: brings the database at DATABASE_URL to the newest schema and says what it ran. Sets exit code 0,
 * 1 (a migration failed and was rolled back), 69 (database away) or 78 (no usable DATABASE_URL).
 */
export async function migrateService(options: { name: string; migrations: readonly MigrationClass[] }): Promise<void> {
  const log = createLogger(options.name)
  setLogger(log)
  try {
    const { databaseUrl } = readConfig({ databaseUrl: url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }) })
    const { runMigrations } = await import('@prep/persistence')
    const ran = await runMigrations(databaseUrl, options.name, [...options.migrations])
    log.info({ migrations: ran }, ran.length === 0 ? 'the database is up to date' : `ran ${ran.length} migrations`)
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(configText(error))
    else log.fatal({ err: error }, 'the database could not be migrated')
    process.exitCode = exitCodeOf(error)
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EXIT.configuration
  return (error as { code?: unknown }).code === 'PERSISTENCE_UNAVAILABLE' ? EXIT.databaseAway : EXIT.failed
}
