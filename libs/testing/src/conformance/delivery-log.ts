import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** Stands between a sidecar and its app on loopback, and notes each message that the app is offered. */
export class DeliveryLog {
  /** How often, by the message's id. */
  readonly offered = new Map<string, number>()
  readonly #server: Server
  readonly #appPort: number

  private constructor(server: Server, appPort: number) {
    this.#server = server
    this.#appPort = appPort
  }

  static async open(port: number, appPort: number): Promise<DeliveryLog> {
    const server = createServer((incoming, answer) => void log.#pass(incoming, answer))
    const log = new DeliveryLog(server, appPort)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return log
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** The app is offered what a connection to it was made for; who finds nobody there is refused as without us. */
  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method, url, headers } = incoming
    const outgoing = request({ host: '127.0.0.1', port: this.#appPort, method, path: url, headers, agent: false }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers)
      reply.pipe(answer)
    })
    outgoing.on('error', () => incoming.socket.destroy())
    outgoing.on('socket', (socket) => socket.once('connect', () => { if (url?.startsWith('/dapr/message/') === true) this.#note(body) }))
    outgoing.end(body)
  }

  #note(body: Buffer): void {
    const { id } = JSON.parse(body.toString()) as { id: string }
    this.offered.set(id, (this.offered.get(id) ?? 0) + 1)
  }
}
