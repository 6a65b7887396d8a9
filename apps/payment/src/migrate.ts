import { migrateService } from '@prep/service'
import { paymentMigrations } from './persistence/migrations/index.ts'

await migrateService({ name: 'payment', migrations: paymentMigrations })
