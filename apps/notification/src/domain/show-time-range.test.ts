import { expect, it } from 'vitest'
import { showTimeRange } from './show-time-range.ts'

it.each([
  [
    '2026-03-02T08:00:00Z',
    '2026-03-02T12:00:00Z',
    'Europe/Berlin',
    'Monday, 2 March 2026, 09:00 to 13:00 CET (Europe/Berlin)',
  ],
  [
    '2026-07-02T08:00:00Z',
    '2026-07-02T12:00:00Z',
    'Europe/Berlin',
    'Thursday, 2 July 2026, 10:00 to 14:00 CEST (Europe/Berlin)',
  ],
  [
    '2026-03-03T02:00:00Z',
    '2026-03-03T06:00:00Z',
    'America/New_York',
    'Monday, 2 March 2026, 21:00 to Tuesday, 3 March 2026, 01:00 GMT-5 (America/New_York)',
  ],
  [
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:30:00Z',
    'Europe/Berlin',
    'Sunday, 25 October 2026, 02:30 CEST to 02:30 CET (Europe/Berlin)',
  ],
  [
    '2026-03-02T23:00:00Z',
    '2026-03-03T00:00:00Z',
    'Europe/Berlin',
    'Tuesday, 3 March 2026, 00:00 to 01:00 CET (Europe/Berlin)',
  ],
])('shows %s to %s on the clocks of %s', (startsAt, endsAt, timeZone, shown) => {
  expect(showTimeRange(startsAt, endsAt, timeZone)).toBe(shown)
})

it('refuses a time zone that does not exist, with a code', () => {
  expect(() => showTimeRange('2026-03-02T08:00:00Z', '2026-03-02T12:00:00Z', 'Mars/Olympus')).toThrow(
    expect.objectContaining({ code: 'NOTIFICATION_VALUE_NOT_SHOWABLE' }),
  )
})
