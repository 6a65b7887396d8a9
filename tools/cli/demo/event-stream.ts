/** One message of a Server-Sent Events stream (WHATWG HTML, section 9.2). */
export interface StreamedEvent {
  readonly id: string
  readonly event: string
  readonly data: string
}

/** The events of a stream until its other end closes it. Comments (heartbeats) are left out. */
export async function* readEventStream(url: string | URL, signal: AbortSignal): AsyncGenerator<StreamedEvent> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal })
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status} instead of a stream of events.`)
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const { events, remainder } = parseEvents(rest + decoder.decode(chunk, { stream: true }))
    rest = remainder
    yield* events
  }
}

/** Splits what has arrived into whole events and what is still incomplete. */
export function parseEvents(text: string): { events: StreamedEvent[]; remainder: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n')
  const remainder = blocks.pop() ?? ''
  return { events: blocks.flatMap(parseBlock), remainder }
}

function parseBlock(block: string): StreamedEvent[] {
  const fields = new Map<string, string[]>()
  for (const line of block.split('\n')) {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    if (name !== undefined) fields.set(name, [...(fields.get(name) ?? []), value ?? ''])
  }
  const data = fields.get('data')?.join('\n')
  return data === undefined ? [] : [{ id: fields.get('id')?.at(-1) ?? '', event: fields.get('event')?.at(-1) ?? 'message', data }]
}
