import 'reflect-metadata'
import { startService } from '@prep/service'
import { ListingModule } from './listing.module.ts'

await startService({ name: 'listing', module: ListingModule })
