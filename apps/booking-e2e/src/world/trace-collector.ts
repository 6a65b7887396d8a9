import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it came in, flattened. `kind`: 1 internal, 2 server, 3 client, 4 producer, 5 consumer (OTLP). */
export interface CollectedSpan { service: string, traceId: string, name: string, kind: number }

interface OtlpTraces {
  resourceSpans?: {
    resource?: { attributes?: { key: string, value: { stringValue?: string } }[] }
    scopeSpans?: { spans?: { traceId: string, name: string, kind?: number }[] }[]
  }[]
}

/** An OTLP/HTTP receiver (JSON) on loopback that keeps what it is sent. */
export class TraceCollector {
  readonly spans: readonly CollectedSpan[]
  readonly url: string
  readonly #close: () => void

  private constructor(spans: readonly CollectedSpan[], url: string, close: () => void) {
    this.spans = spans
    this.url = url
    this.#close = close
  }

  static async start(): Promise<TraceCollector> {
    const spans: CollectedSpan[] = []
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        spans.push(...spansIn(JSON.parse(body) as OtlpTraces))
        response.setHeader('content-type', 'application/json').end('{}')
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TraceCollector(spans, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => {
      server.close()
      server.closeAllConnections()
    })
  }

  ofTrace(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId)
  }

  close(): void { this.#close() }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function spansIn({ resourceSpans = [] }: OtlpTraces): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
    return scopeSpans.flatMap(({ spans = [] }) => spans.map(({ traceId, name, kind = 0 }) => ({ service, traceId, name, kind })))
  })
}
