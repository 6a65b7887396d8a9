import { type KitchenDetails } from './kitchen-details.ts'

/** Details that break no rule, but for what is given. */
export function someDetails(changes: Partial<KitchenDetails> = {}): KitchenDetails {
  return {
    name: 'Hafenküche',
    timeZone: 'Europe/Berlin',
    hourlyRateMinor: 4_500,
    currency: 'EUR',
    capacity: 12,
    licence: { number: 'L-100', validFrom: '2026-01-01', validUntil: '2030-12-31' },
    insurance: { policyNumber: 'P-7', validFrom: '2026-01-01', validUntil: '2030-12-31' },
    ...changes,
  }
}
