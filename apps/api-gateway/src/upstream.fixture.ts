import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Upstream {
  readonly url: string
  readonly port: number
  /** What arrived, newest last. */
  readonly requests: Array<{ method: string; url: string; headers: IncomingMessage['headers']; body: string }>
  /** Connections that were opened so far. */
  connections(): number
  close(): Promise<void>
}

/** A service behind the gateway: a real HTTP server on loopback that answers with `answer`. @param port 0 for any */
export async function upstream(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void, port = 0): Promise<Upstream> {
  const requests: Upstream['requests'] = []
  let opened = 0
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      answer(request, response, body)
    })
  })
  server.on('connection', () => opened++)
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const { port: listening } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${listening}`,
    port: listening,
    requests,
    connections: () => opened,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
