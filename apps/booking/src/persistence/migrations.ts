import { type MigrationClass } from '@prep/persistence'
import { CreateKitchenProjection1763700000001 } from './migrations/1763700000001-create-kitchen-projection.ts'
import { CreateBooking1763700000002 } from './migrations/1763700000002-create-booking.ts'
import { CreateSlotHold1763700000003 } from './migrations/1763700000003-create-slot-hold.ts'
import { CreateBookingProgress1763700000004 } from './migrations/1763700000004-create-booking-progress.ts'

/** Booking's own tables; those of the libraries come beside them in migrate.ts. */
export const bookingMigrations: MigrationClass[] = [
  CreateKitchenProjection1763700000001,
  CreateBooking1763700000002,
  CreateSlotHold1763700000003,
  CreateBookingProgress1763700000004,
]
