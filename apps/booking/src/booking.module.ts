import { Module } from '@nestjs/common'
import { IdempotencyStore } from '@prep/http'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { BOOKING_CONFIG, bookingConfig } from './booking.config.ts'
import { GetBookingRoute } from './features/get-booking/get-booking.route.ts'
import { ListBookingsRoute } from './features/list-bookings/list-bookings.route.ts'
import { RequestBooking } from './features/request-booking/request-booking.ts'
import { RequestBookingRoute } from './features/request-booking/request-booking.route.ts'
import { StreamProgress } from './features/stream-progress/stream-progress.ts'
import { StreamProgressRoute } from './features/stream-progress/stream-progress.route.ts'
import { Bookings } from './persistence/bookings.ts'
import { Kitchens } from './persistence/kitchens.ts'
import { ProgressBell } from './persistence/progress-bell.ts'
import { ProgressLog } from './persistence/progress-log.ts'
import { SlotHolds } from './persistence/slot-holds.ts'
import { CommandedBooking } from './subscriptions/commanded-booking.ts'
import { subscriptions } from './subscriptions/subscriptions.ts'

@Module({
  imports: [
    PersistenceModule.forRoot({ service: 'booking' }),
    MessagingModule.forRoot({ service: 'booking', context: 'booking', sideBySide: true }),
  ],
  controllers: [RequestBookingRoute, GetBookingRoute, ListBookingsRoute, StreamProgressRoute, ...subscriptions],
  providers: [
    { provide: BOOKING_CONFIG, useFactory: bookingConfig },
    Bookings,
    CommandedBooking,
    IdempotencyStore,
    Kitchens,
    ProgressBell,
    ProgressLog,
    RequestBooking,
    SlotHolds,
    StreamProgress,
  ],
})
export class BookingModule {}
