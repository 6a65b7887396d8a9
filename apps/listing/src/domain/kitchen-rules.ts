import { type Violation } from './errors.ts'
import { type KitchenDetails, type Validity } from './kitchen-details.ts'

/** Every rule that the details break; empty when they may stand. */
export function violationsOf(details: KitchenDetails): Violation[] {
  return [
    ...nameRule(details.name),
    ...timeZoneRule(details.timeZone),
    ...currencyRule(details.currency),
    ...wholeRule('hourlyRateMinor', details.hourlyRateMinor, 0),
    ...wholeRule('capacity', details.capacity, 1),
    ...validityRule('licence', details.licence),
    ...(details.insurance ? validityRule('insurance', details.insurance) : []),
  ]
}

function nameRule(name: string): Violation[] {
  return name.trim() === '' ? [{ field: ['name'], code: 'blank', detail: 'must have at least one visible character' }] : []
}

function timeZoneRule(timeZone: string): Violation[] {
  return isTimeZone(timeZone) ? [] : [{ field: ['timeZone'], code: 'time_zone_unknown', detail: 'must be an IANA time zone, for example Europe/Berlin' }]
}

/** Fixed offsets (`+02:00`) are no places: they know no summer time. */
function isTimeZone(timeZone: string): boolean {
  if (!/^[A-Z]/.test(timeZone)) return false
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
    // An alias resolves to another name; the same name must be spelt as it is.
    return known === timeZone || known.toLowerCase() !== timeZone.toLowerCase()
  } catch {
    return false
  }
}

const currencies = new Set(Intl.supportedValuesOf('currency'))

function currencyRule(currency: string): Violation[] {
  return currencies.has(currency) ? [] : [{ field: ['currency'], code: 'currency_unknown', detail: 'must be an ISO 4217 code, for example EUR' }]
}

function wholeRule(field: 'hourlyRateMinor' | 'capacity', value: number, minimum: number): Violation[] {
  return Number.isSafeInteger(value) && value >= minimum ? [] : [{ field: [field], code: 'minimum', detail: `must be a whole number, at least ${minimum}` }]
}

function validityRule(field: 'licence' | 'insurance', { validFrom, validUntil }: Validity): Violation[] {
  return validFrom <= validUntil ? [] : [{ field: [field, 'validUntil'], code: 'ends_before_start', detail: 'must not be before the first day' }]
}
