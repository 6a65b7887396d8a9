import { describe, expect, it } from 'vitest'
import { dayAfter, daysTouched } from './calendar-day.ts'

describe('daysTouched', () => {
  it.each([
    ['inside one day', '2026-03-02T08:00:00Z', '2026-03-02T12:00:00Z', 'UTC', '2026-03-02', '2026-03-02'],
    ['the end is exclusive', '2026-03-02T08:00:00Z', '2026-03-03T00:00:00Z', 'UTC', '2026-03-02', '2026-03-02'],
    ['over midnight', '2026-03-02T22:00:00Z', '2026-03-03T00:00:01Z', 'UTC', '2026-03-02', '2026-03-03'],
    ['ahead of UTC', '2026-12-31T23:30:00Z', '2026-12-31T23:45:00Z', 'Asia/Kolkata', '2027-01-01', '2027-01-01'],
    ['behind UTC', '2026-01-01T02:00:00Z', '2026-01-01T03:00:00Z', 'America/New_York', '2025-12-31', '2025-12-31'],
    ['24 hours', '2026-03-02T12:00:00Z', '2026-03-03T12:00:00Z', 'Europe/Berlin', '2026-03-02', '2026-03-03'],
    ['spring forward', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 'Europe/Berlin', '2026-03-29', '2026-03-29'],
  ])('%s', (_story, startsAt, endsAt, timeZone, first, last) => {
    expect(daysTouched(startsAt, endsAt, timeZone)).toEqual({ first, last })
  })
})

it('dayAfter crosses months, leap days and years', () => {
  expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29')
  expect(dayAfter('2026-02-28', 1)).toBe('2026-03-01')
  expect(dayAfter('2026-12-28', 7)).toBe('2027-01-04')
})
