import { httpMigrations } from '@prep/http'
import { messagingMigrations } from '@prep/messaging'
import { migrateService } from '@prep/service'
import { bookingMigrations } from './persistence/migrations.ts'

await migrateService({ name: 'booking', migrations: [...messagingMigrations, ...httpMigrations, ...bookingMigrations] })
