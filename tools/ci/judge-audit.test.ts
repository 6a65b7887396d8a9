import { expect, test } from 'vitest'
import { judge, type AllowList, type AuditReport } from './judge-audit.ts'

const today = new Date('2026-11-21T12:00:00Z')
const id = 'GHSA-aaaa-bbbb-cccc'
const advisory = { url: `https://github.com/advisories/${id}`, title: 'Prototype pollution', severity: 'high', name: 'left', range: '<1.2.3' }
const report: AuditReport = { vulnerabilities: { left: { via: [advisory] }, right: { via: ['left'] }, above: { via: [advisory] } } }
const list = (...allowed: AllowList['allowed']): AllowList => ({ refuseFrom: 'high', longestDays: 90, allowed })
const allowedUntil = (until: string) => list({ advisory: id, until, why: 'not reachable from outside' })

test('what is not allowed is refused, once, with what to do', () => {
  expect(judge(report, list(), today).refused).toEqual([
    `${id} (high) in left <1.2.3: Prototype pollution. Update it, or allow it in tools/ci/allowed.yaml with an end.`,
  ])
})

test('what is allowed passes to the end of its last day', () => {
  expect(judge(report, allowedUntil('2026-11-21'), today)).toEqual({ refused: [], notes: [] })
})

test('the day after, it is refused again and the end is named', () => {
  expect(judge(report, allowedUntil('2026-11-20'), today).refused).toEqual([
    expect.stringContaining(`${id} (high)`),
    `${id} was allowed until 2026-11-20. Decide again.`,
  ])
})

test('nothing is allowed for longer than the list permits, nor without a reason', () => {
  expect(judge(report, allowedUntil('2027-06-01'), today).refused).toEqual([`${id}: 2027-06-01 is more than 90 days away.`])
  expect(judge(report, list({ advisory: id, until: '2026-12-01', why: 'later' }), today).refused).toEqual([`${id}: say why it is allowed.`])
})

test('what is found no more is only noted', () => {
  expect(judge({ vulnerabilities: {} }, allowedUntil('2026-12-01'), today)).toEqual({ refused: [], notes: [`${id} is found no more: take it out of tools/ci/allowed.yaml.`] })
})

test('what weighs less than the list asks passes', () => {
  expect(judge({ vulnerabilities: { left: { via: [{ ...advisory, severity: 'moderate' }] } } }, list(), today).refused).toEqual([])
})

test('an audit that did not run is no pass', () => {
  expect(judge({ error: { summary: 'no route to the registry' } }, list(), today).refused).toEqual(['npm audit did not run: no route to the registry.'])
})
