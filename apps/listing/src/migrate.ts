import { migrateService } from '@prep/service'
import { migrations } from './persistence/migrations.ts'

await migrateService({ name: 'listing', migrations })
