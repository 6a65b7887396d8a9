import { expect, test } from 'vitest'
import { parseEvents } from './event-stream.ts'

test('whole events are read, comments are skipped, the rest is kept for later', () => {
  const { events, remainder } = parseEvents(': heartbeat\n\nid: 3\nevent: booking.confirmed.v1\ndata: {"a":1}\n\nid: 4\nda')
  expect(events).toEqual([{ id: '3', event: 'booking.confirmed.v1', data: '{"a":1}' }])
  expect(remainder).toBe('id: 4\nda')
})

test('data over several lines is one text, and CRLF ends a line too', () => {
  const { events } = parseEvents('data: one\r\ndata: two\r\n\r\n')
  expect(events).toEqual([{ id: '', event: 'message', data: 'one\ntwo' }])
})
