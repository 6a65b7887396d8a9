import { describe, expect, it } from 'vitest'
import { LONGEST_SLOT_MS, overlaps, requestSlot } from './slot.ts'

const now = new Date('2030-01-01T08:00:00Z')
const at = (time: string) => `2030-01-01T${time}Z`
const slot = (from: string, to: string) => requestSlot(at(from), at(to), now)
const refused = (code: string, pointer: string) => expect.objectContaining({ code, pointer })

describe('a slot', () => {
  it('keeps its times as UTC whatever offset they came with', () => {
    const { startsAt, endsAt } = requestSlot('2030-01-01T12:00:00+02:00', at('12:00:00'), now)
    expect(startsAt.toISOString()).toBe('2030-01-01T10:00:00.000Z')
    expect(endsAt.toISOString()).toBe('2030-01-01T12:00:00.000Z')
  })

  it('may start this very moment and last 24 hours, no longer', () => {
    const longest = new Date(now.getTime() + LONGEST_SLOT_MS)
    expect(requestSlot(now.toISOString(), longest.toISOString(), now).endsAt).toEqual(longest)
    const longer = new Date(longest.getTime() + 1).toISOString()
    expect(() => requestSlot(now.toISOString(), longer, now)).toThrow(refused('slot_too_long', '/ends_at'))
  })

  it('has its end after its start', () => {
    expect(() => slot('11:00:00', '10:00:00')).toThrow(refused('slot_ends_before_start', '/ends_at'))
    expect(() => slot('11:00:00', '11:00:00')).toThrow(refused('slot_ends_before_start', '/ends_at'))
  })

  it('does not start in the past', () => {
    expect(() => slot('07:59:59', '09:00:00')).toThrow(refused('slot_in_past', '/starts_at'))
  })

  it('refuses a leap second, which RFC 3339 allows and no Date can hold', () => {
    expect(() => slot('23:59:60', '10:00:00')).toThrow(refused('slot_time_invalid', '/starts_at'))
  })

  it('refuses what UTC would write with a five-digit year', () => {
    const far = () => requestSlot('9999-12-31T20:00:00Z', '9999-12-31T23:00:00-12:00', now)
    expect(far).toThrow(refused('slot_time_invalid', '/ends_at'))
  })

  it('is half-open: the next one may start when it ends', () => {
    expect(overlaps(slot('10:00:00', '11:00:00'), slot('11:00:00', '12:00:00'))).toBe(false)
    expect(overlaps(slot('10:00:00', '11:00:01'), slot('11:00:00', '12:00:00'))).toBe(true)
  })
})
