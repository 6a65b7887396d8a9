import { startService } from '@prep/service'
import { BookingModule } from './booking.module.ts'

await startService({ name: 'booking', module: BookingModule })
