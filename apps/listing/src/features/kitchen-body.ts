import { type KitchenDetails } from '../domain/kitchen-details.ts'

/** What a client sends to register or change a kitchen. */
export interface KitchenBody {
  name: string
  time_zone: string
  hourly_rate_minor: number
  currency: string
  capacity: number
  licence: { number: string; valid_from: string; valid_until: string }
  insurance: { policy_number: string; valid_from: string; valid_until: string } | null
}

const DAY = { type: 'string', format: 'date' }
const PAPER = { type: 'string', minLength: 1, maxLength: 100 }

export const kitchenBodySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'time_zone', 'hourly_rate_minor', 'currency', 'capacity', 'licence', 'insurance'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    time_zone: { type: 'string', minLength: 1, maxLength: 64 },
    hourly_rate_minor: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    currency: { type: 'string', minLength: 3, maxLength: 3 },
    capacity: { type: 'integer', minimum: 1, maximum: 10_000 },
    licence: {
      type: 'object',
      additionalProperties: false,
      required: ['number', 'valid_from', 'valid_until'],
      properties: { number: PAPER, valid_from: DAY, valid_until: DAY },
    },
    insurance: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['policy_number', 'valid_from', 'valid_until'],
      properties: { policy_number: PAPER, valid_from: DAY, valid_until: DAY },
    },
  },
}

export function detailsOf(body: KitchenBody): KitchenDetails {
  const { licence, insurance } = body
  return {
    name: body.name,
    timeZone: body.time_zone,
    hourlyRateMinor: body.hourly_rate_minor,
    currency: body.currency,
    capacity: body.capacity,
    licence: { number: licence.number, validFrom: licence.valid_from, validUntil: licence.valid_until },
    insurance: insurance && { policyNumber: insurance.policy_number, validFrom: insurance.valid_from, validUntil: insurance.valid_until },
  }
}
