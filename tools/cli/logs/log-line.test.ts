import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { parseLine, prettyLine } from './log-line.ts'

test('a line of JSON shows time, part, level, message and what else it says', () => {
  const raw = '{"level":"error","time":"2026-01-02T03:04:05.678Z","service":"booking","msg":"refused","code":"slot_taken"}'
  const text = stripVTControlCharacters(prettyLine(parseLine('booking', raw, 0)))
  expect(text).toBe('03:04:05.678 booking            error refused code=slot_taken')
})

test('a line that is not JSON is shown as it is, in the order of its time', () => {
  const line = parseLine('postgres', '2026-01-02 03:04:05.678 UTC [1] LOG:  ready', 0)
  expect(line.timeMs).toBe(Date.parse('2026-01-02T03:04:05.678Z'))
  expect(prettyLine(line)).toContain('LOG:  ready')
})

test('a line without a time keeps its place behind the one before', () => {
  expect(parseLine('kafka', '\tat org.apache.Kafka', 1234).timeMs).toBe(1234)
})
