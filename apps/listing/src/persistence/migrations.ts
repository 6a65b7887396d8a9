import { httpMigrations } from '@prep/http'
import { messagingMigrations } from '@prep/messaging'
import { type MigrationClass } from '@prep/persistence'
import { CreateKitchen1767225600200 } from './migrations/1767225600200-create-kitchen.ts'

/** All that this service's database needs, its libraries' tables included. */
export const migrations: MigrationClass[] = [...messagingMigrations, ...httpMigrations, CreateKitchen1767225600200]
