import { expect, test } from 'vitest'
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'

async function read(chunks: string[]): Promise<ServerSentEvent[]> {
  const body = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)))
  const events: ServerSentEvent[] = []
  for await (const event of readServerSentEvents(body)) events.push(event)
  return events
}

test('events come whole however the bytes were cut, and comments are left out', async () => {
  const text = ': hello\n\nid: 1\nevent: booking.requested.v1\ndata: {"a":1}\n\nid: 2\ndata: one\ndata: two\n\n'
  const whole = [{ id: '1', event: 'booking.requested.v1', data: '{"a":1}' }, { id: '2', event: 'message', data: 'one\ntwo' }]
  expect(await read([text])).toEqual(whole)
  expect(await read([...text])).toEqual(whole)
})

test('an unfinished event is not an event', async () => {
  expect(await read(['id: 1\ndata: {"a"'])).toEqual([])
})
