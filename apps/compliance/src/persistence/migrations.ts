import { type MigrationClass } from '@prep/persistence'
import { messagingMigrations } from '@prep/messaging'
import { CreateComplianceTables1767225600001 } from './migrations/1767225600001-create-compliance-tables.ts'

/** All that this service's database needs, its libraries' tables included. */
export const migrations: MigrationClass[] = [...messagingMigrations, CreateComplianceTables1767225600001]
