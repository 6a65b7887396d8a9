import { expect, test } from 'vitest'
import { nextOpening, parseWindow, whyClosed } from './change-window.ts'

const window = parseWindow(`
timeZone: Europe/Berlin
open:
  - { days: [mon, tue, wed, thu], from: "08:00", to: "17:00" }
freezes:
  - { from: 2026-12-18, to: 2027-01-03, why: holidays }
guards: [gitops/envs/prod/]
`)

test.each([
  ['Monday at eight', '2026-11-23T07:00:00Z', undefined],
  ['a minute before', '2026-11-23T06:59:00Z', 'it is mon 07:59 in Europe/Berlin'],
  ['when it closes', '2026-11-23T16:00:00Z', 'it is mon 17:00 in Europe/Berlin'],
  ['in summer, an hour earlier in UTC', '2027-06-07T06:00:00Z', undefined],
  ['Friday', '2026-11-27T10:00:00Z', 'it is fri 11:00 in Europe/Berlin'],
  ['a frozen Monday', '2026-12-21T10:00:00Z', 'it is frozen until 2027-01-03 (holidays)'],
])('%s', (_, at, why) => {
  expect(whyClosed(window, new Date(at))).toBe(why)
})

test('the next opening jumps over nights, weekends and freezes', () => {
  expect(nextOpening(window, new Date('2026-11-26T20:00:00Z'))?.toISOString()).toBe('2026-11-30T07:00:00.000Z')
  expect(nextOpening(window, new Date('2026-12-17T18:00:00Z'))?.toISOString()).toBe('2027-01-04T07:00:00.000Z')
  expect(nextOpening({ ...window, open: [] }, new Date('2026-11-26T20:00:00Z'))).toBeUndefined()
})

test('all that is wrong is said at once', () => {
  const text = 'timeZone: Mars\nopen: [{ days: [monday], from: "9:00", to: "08:00" }]'
  expect(() => parseWindow(text)).toThrow('timeZone Mars is none; monday is none of sun, mon, tue, wed, thu, fri, sat; 9:00 is no time; 9:00 is not before 08:00; guards names no path')
})
