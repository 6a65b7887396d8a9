import { createServer } from 'node:http'

/** What the benchmark may ask of one of its programs. All answers are JSON. */
export type Orders = Record<string, (body: Record<string, number>) => Promise<unknown> | unknown>

/** Serves `POST /<order>` on loopback, on the port in CONTROL_PORT; `POST /ready` answers once this is called. */
export function takeOrders(orders: Orders): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const order = request.url === '/ready' ? () => ({}) : orders[request.url?.slice(1) ?? '']
      const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, number>)
      Promise.resolve(order?.(body)).then(
        (answer) => response.end(JSON.stringify(answer ?? {})),
        (error: unknown) => response.writeHead(500).end(JSON.stringify({ error: String(error) })),
      )
    })
  })
  server.listen(Number(process.env['CONTROL_PORT']), '127.0.0.1')
}

/** For a program that only publishes: a sidecar is not ready before its app listens. */
export function subscribeToNothing(): void {
  createServer((_request, response) => void response.setHeader('content-type', 'application/json').end('[]')).listen(Number(process.env['PORT']), '127.0.0.1')
}
