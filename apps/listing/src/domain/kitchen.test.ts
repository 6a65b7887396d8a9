import { describe, expect, it } from 'vitest'
import { KitchenRefused } from './errors.ts'
import { changeKitchen, registerKitchen } from './kitchen.ts'
import { someDetails } from './kitchen.fixture.ts'
import { type KitchenDetails } from './kitchen-details.ts'

const ID = '0197a3a0-0000-7000-8000-000000000000'
const MONDAY = new Date('2026-05-04T09:00:00Z')
const TUESDAY = new Date('2026-05-05T09:00:00Z')

function violations(changes: Partial<KitchenDetails>): string[] {
  try {
    registerKitchen(ID, someDetails(changes), MONDAY)
    return []
  } catch (error) {
    return (error as KitchenRefused).violations.map(({ field, code }) => `${field.join('.')} ${code}`)
  }
}

describe('registering a kitchen', () => {
  it('makes version 1', () => {
    expect(registerKitchen(ID, someDetails(), MONDAY)).toEqual({ id: ID, version: 1, details: someDetails(), registeredAt: MONDAY, changedAt: MONDAY })
  })

  it.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'UTC'])('takes the time zone %s', timeZone => expect(violations({ timeZone })).toEqual([]))

  it.each(['Mars/Olympus', '+02:00', 'europe/berlin', 'Europe/Berlin ', ''])('refuses the time zone %j', timeZone =>
    expect(violations({ timeZone })).toEqual(['timeZone time_zone_unknown']),
  )

  it.each(['EUR', 'USD', 'JPY'])('takes the currency %s', currency => expect(violations({ currency })).toEqual([]))
  it.each(['EURO', 'eur', 'QQQ'])('refuses the currency %j', currency => expect(violations({ currency })).toEqual(['currency currency_unknown']))

  it('takes a kitchen that is free, uninsured, and licensed for one day', () => {
    expect(violations({ hourlyRateMinor: 0, insurance: null, licence: { number: '1', validFrom: '2026-05-04', validUntil: '2026-05-04' } })).toEqual([])
  })

  it('names every rule that is broken at once', () => {
    const backwards = { validFrom: '2026-05-04', validUntil: '2026-05-03' }
    expect(
      violations({ name: ' ', capacity: 0, hourlyRateMinor: -1, licence: { number: '1', ...backwards }, insurance: { policyNumber: '1', ...backwards } }),
    ).toEqual(['name blank', 'hourlyRateMinor minimum', 'capacity minimum', 'licence.validUntil ends_before_start', 'insurance.validUntil ends_before_start'])
  })
})

describe('changing a kitchen', () => {
  const kitchen = registerKitchen(ID, someDetails(), MONDAY)

  it('is one version on', () => {
    expect(changeKitchen(kitchen, someDetails({ capacity: 20 }), TUESDAY)).toMatchObject({ version: 2, details: { capacity: 20 }, registeredAt: MONDAY, changedAt: TUESDAY })
    expect(changeKitchen(kitchen, someDetails({ insurance: null }), TUESDAY).version).toBe(2)
  })

  it('is nothing when nothing changes', () => expect(changeKitchen(kitchen, someDetails(), TUESDAY)).toBe(kitchen))

  it('keeps to the same rules', () => expect(() => changeKitchen(kitchen, someDetails({ timeZone: 'Nowhere' }), TUESDAY)).toThrow(KitchenRefused))
})
