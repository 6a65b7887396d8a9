import { messagingMigrations } from '@prep/messaging'
import { type MigrationClass } from '@prep/persistence'
import { CreateMessageTable1767225600002 } from './migrations/1767225600002-create-message-table.ts'

/** All that this service's database needs, its libraries' tables included. */
export const migrations: MigrationClass[] = [...messagingMigrations, CreateMessageTable1767225600002]
