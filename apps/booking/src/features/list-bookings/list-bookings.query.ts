import { PAGE_PARAMETERS } from '@prep/http'
import { BOOKING_STATES, type BookingState } from '../../domain/booking-state.ts'

export interface ListBookingsQuery {
  kitchen_id?: string
  status?: BookingState
  limit: number
  cursor?: string
}

export const listBookingsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    kitchen_id: { type: 'string', format: 'uuid' },
    status: { type: 'string', enum: BOOKING_STATES },
    ...PAGE_PARAMETERS,
  },
}
