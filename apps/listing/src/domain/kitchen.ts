import { type Kitchen, type KitchenDetails } from './kitchen-details.ts'
import { KitchenRefused } from './errors.ts'
import { violationsOf } from './kitchen-rules.ts'

/** A new kitchen, version 1. @throws KitchenRefused with every rule that the details break */
export function registerKitchen(id: string, details: KitchenDetails, now: Date): Kitchen {
  mustBeAllowed(details)
  return { id, version: 1, details, registeredAt: now, changedAt: now }
}

/**
 * The kitchen with new details, one version on. Details that change nothing give the very same kitchen back: there is
 * nothing to tell anybody.
 * @throws KitchenRefused with every rule that the details break
 */
export function changeKitchen(kitchen: Kitchen, details: KitchenDetails, now: Date): Kitchen {
  mustBeAllowed(details)
  if (sameDetails(kitchen.details, details)) return kitchen
  return { ...kitchen, version: kitchen.version + 1, details, changedAt: now }
}

function mustBeAllowed(details: KitchenDetails): void {
  const violations = violationsOf(details)
  if (violations.length > 0) throw new KitchenRefused(violations)
}

function sameDetails(a: KitchenDetails, b: KitchenDetails): boolean {
  return inOrder(a) === inOrder(b)
}

function inOrder(details: KitchenDetails): string {
  const { name, timeZone, hourlyRateMinor, currency, capacity, licence, insurance } = details
  return JSON.stringify([
    name, timeZone, hourlyRateMinor, currency, capacity,
    [licence.number, licence.validFrom, licence.validUntil],
    insurance && [insurance.policyNumber, insurance.validFrom, insurance.validUntil],
  ])
}
