import { type MigrationClass } from '@prep/persistence'
import { CreateSagaTables1767225600000 } from './1767225600000-create-saga-tables.ts'

/** Tables of the saga engine; spread them into the service's own migrations. */
export const sagaMigrations: MigrationClass[] = [CreateSagaTables1767225600000]
