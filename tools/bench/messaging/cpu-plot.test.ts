import { expect, test } from 'vitest'
import { cpuPlot } from './cpu-plot.ts'
import { cpuRows, messagingAsMarkdown, scenarioRows } from './messaging-report.ts'
import { scenarios } from './scenarios.ts'

const results = scenarios(1_000, 2_000).map((scenario) => ({
  ...{ scenario, asked: 10, handled: 10, seconds: 60, perSecond: 990.4, p50Ms: 4, p99Ms: 20, bulkSize: 31.25 },
  cpuUs: [{ part: 'postgres', us: 200 }, { part: 'kafka', us: 100 }],
}))

test('the plot has a bar and a sum for each scenario, and a colour for each process', () => {
  const svg = cpuPlot(results)
  expect(svg.match(/300 us/g)).toHaveLength(results.length)
  expect(svg).toContain('>postgres<')
})

test('the report says what was lost', () => {
  const [first] = results
  expect(scenarioRows([{ ...(first as (typeof results)[number]), handled: 7 }])[0]).toContain('7 of 10')
  expect(scenarioRows(results)[results.findIndex(({ scenario }) => scenario.name === 'one-bulk')]).toEqual(expect.arrayContaining(['1,000/s, 60 s', '990/s', '2,000/s', 'none lost', '31.3', '300 us']))
})

test('the document holds both tables and the plot', () => {
  const text = messagingAsMarkdown(results, { events: 10, deadPerSecond: 1, retriedPerSecond: 2 }, 'head', 'plot.svg')
  expect(text).toContain('![CPU an event by process](plot.svg)')
  expect(text).toContain(`| ${cpuRows(results).titles.join(' | ')} |`)
})
