import { PAGE_PARAMETERS } from '@prep/http'
import { PAYMENT_STATES, type PaymentState } from '../../domain/payment-state.ts'

export interface ListPaymentsQuery {
  booking_id?: string
  status?: PaymentState
  limit: number
  cursor?: string
}

export const listPaymentsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    booking_id: { type: 'string', format: 'uuid' },
    status: { type: 'string', enum: PAYMENT_STATES },
    ...PAGE_PARAMETERS,
  },
}
