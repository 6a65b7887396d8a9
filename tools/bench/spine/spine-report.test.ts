import { expect, test } from 'vitest'
import type { SpineResult } from './measure-spine.ts'
import { partRows, spineAsMarkdown, targetRows, withSection } from './spine-report.ts'

const part = (name: string, megabytes: number) => ({ part: name, memoryBytes: megabytes * 1024 ** 2, cpuMsPerBooking: 1.5 })
const result: SpineResult = {
  firstUpSeconds: 19,
  againUpSeconds: 12,
  idle: { bookings: 100, p50Ms: 151, p95Ms: 200, insideP50Ms: 120, insideP95Ms: 180 },
  warmUpSeconds: 60,
  load: {
    rate: 50, seconds: 60, asked: 3000, accepted: 3000, confirmed: 2999, lost: 1, waitingAtEnd: 20, drainSeconds: 1,
    confirmedPerSecond: 49, acceptedP50Ms: 5, acceptedP95Ms: 9, confirmedP50Ms: 200, confirmedP95Ms: 400,
  },
  parts: [part('postgres', 200), part('booking', 120), part('booking-daprd', 90)],
  clientCpuMsPerBooking: 1,
}

test('what falls short is said to', () => {
  const missed = targetRows(result).filter(({ reached }) => !reached).map(({ what }) => what)
  expect(missed).toEqual(['booking confirmed at idle, p50, as the client sees it', '... accepted, confirmed, lost'])
})

test('the largest service is a service, not PostgreSQL', () => {
  expect(targetRows(result).map(({ what }) => what)).toContain('largest service (booking), resident')
  expect(partRows(result).at(-2)).toEqual(['all', '410 MB', '4.50'])
})

test('a section is replaced where it stands, and added where it is new', () => {
  const section = spineAsMarkdown(result, { machine: 'a machine', command: './prep bench spine', date: '2026-01-01' })
  const once = withSection('# Benchmarks\n', 'spine', section)
  expect(once).toContain('| 151 ms | 150 ms | **no** |')
  expect(withSection(`${once}\nmore\n`, 'spine', 'new')).toBe('# Benchmarks\n\n<!-- spine: begin -->\nnew\n<!-- spine: end -->\n\nmore\n')
})
