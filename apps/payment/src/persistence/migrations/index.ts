import { messagingMigrations } from '@prep/messaging'
import { type MigrationClass } from '@prep/persistence'
import { CreatePayments1764000000100 } from './create-payments.ts'

/** All migrations of the payment database, those of the libraries included. */
export const paymentMigrations: MigrationClass[] = [...messagingMigrations, CreatePayments1764000000100]
