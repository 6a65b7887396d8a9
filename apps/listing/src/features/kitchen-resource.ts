import { type Kitchen } from '../domain/kitchen-details.ts'
import { type KitchenBody } from './kitchen-body.ts'

/** A kitchen as clients see it: what they sent, and what we know besides. */
export interface KitchenResource extends KitchenBody {
  id: string
  version: number
  created_at: string
  updated_at: string
}

export const KITCHENS = '/api/v1/kitchens'

export function resourceOf({ id, version, details, registeredAt, changedAt }: Kitchen): KitchenResource {
  const { licence, insurance } = details
  return {
    id,
    name: details.name,
    time_zone: details.timeZone,
    hourly_rate_minor: details.hourlyRateMinor,
    currency: details.currency,
    capacity: details.capacity,
    licence: { number: licence.number, valid_from: licence.validFrom, valid_until: licence.validUntil },
    insurance: insurance && { policy_number: insurance.policyNumber, valid_from: insurance.validFrom, valid_until: insurance.validUntil },
    version,
    created_at: registeredAt.toISOString(),
    updated_at: changedAt.toISOString(),
  }
}

/** The entity tag of a version (RFC 9110): send it back as `If-Match`. */
export function etagOf({ version }: Kitchen): string {
  return `"${version}"`
}
