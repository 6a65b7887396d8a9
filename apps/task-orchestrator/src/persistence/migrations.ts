import { messagingMigrations } from '@prep/messaging'
import { type MigrationClass } from '@prep/persistence'
import { sagaMigrations } from '@prep/saga'

/** All that this service's database needs; it has no tables of its own. */
export const migrations: MigrationClass[] = [...messagingMigrations, ...sagaMigrations]
