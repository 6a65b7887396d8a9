import { once } from 'node:events'
import { createServer } from 'node:http'

/** One message as the sidecar got it. */
export interface PublishedEntry {
  topic: string
  entryId: string
  event: { id: string; type: string; partitionkey: string; sequence?: string }
  metadata: { partitionKey: string }
}

export interface SidecarAnswer {
  status: number
  body?: unknown
}

export interface FakeSidecar {
  readonly port: number
  /** Each bulk request in the order of arrival. */
  readonly bulks: PublishedEntry[][]
  /** What was accepted, in order. */
  readonly accepted: PublishedEntry[]
  /** Decides about a bulk; default: 204. A promise keeps the request waiting. */
  answer: (bulk: PublishedEntry[]) => SidecarAnswer | Promise<SidecarAnswer>
  close(): Promise<void>
}

/**
 * Speaks daprd's bulk publish on loopback, for the answers that a healthy daprd will not give on demand. That our requests
 * are right is shown by the tests with the real one.
 */
export async function fakeSidecar(): Promise<FakeSidecar> {
  const sidecar = { bulks: [] as PublishedEntry[][], accepted: [] as PublishedEntry[], answer: (): SidecarAnswer => ({ status: 204 }) }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const topic = (request.url ?? '').split('/').at(-1) as string
      const bulk = (JSON.parse(Buffer.concat(chunks).toString()) as PublishedEntry[]).map(entry => ({ ...entry, topic }))
      sidecar.bulks.push(bulk)
      void Promise.resolve((sidecar as unknown as FakeSidecar).answer(bulk)).then(({ status, body }) => {
        const failed = new Set(((body as { failedEntries?: Array<{ entryId: string }> } | undefined)?.failedEntries ?? []).map(entry => entry.entryId))
        if (status < 300 || failed.size > 0) sidecar.accepted.push(...bulk.filter(entry => !failed.has(entry.entryId)))
        response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body))
      })
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(sidecar, {
    port: (server.address() as { port: number }).port,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
