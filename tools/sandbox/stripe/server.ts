import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Calls, type CallReply } from './calls.ts'
import { Faults, readFaults, type Fault } from './faults.ts'
import { ledger, type LedgerLine } from './ledger.ts'
import { Store } from './store.ts'

export interface StripeSandboxOptions {
  /** 0 (the default) takes a free port. */
  readonly port?: number
  readonly host?: string
  /** A file that keeps the state across restarts; in memory only when absent. */
  readonly statePath?: string
  /** How much later search sees a record than retrieve does; 0 when absent. */
  readonly searchLagMs?: number
  /** Beyond these the oldest finished intents and the oldest keys are forgotten. */
  readonly limits?: { readonly intents?: number; readonly keys?: number }
}

export interface StripeSandbox {
  readonly url: string
  readonly port: number
  /** Arms faults for the calls to come, in place of those armed before. */
  setFaults(faults: readonly Fault[]): void
  /** What became of the money of each intent. */
  ledger(): LedgerLine[]
  /** How many calls were received, by method and path. */
  callCount(matching: RegExp): number
  /** Stops listening and cuts open connections: the provider is unreachable then. */
  close(): Promise<void>
}

const MAX_BODY_BYTES = 1024 * 1024
const MAX_CALLS_REMEMBERED = 10_000

/** Starts Stripe's payment intents and refunds on loopback. */
export async function startStripeSandbox(options: StripeSandboxOptions = {}): Promise<StripeSandbox> {
  const store = new Store({ intents: options.limits?.intents ?? 200_000, keys: options.limits?.keys ?? 100_000 }, options.statePath ?? null)
  const faults = new Faults()
  const calls = new Calls(store, faults, options.searchLagMs ?? 0)
  const received: string[] = []
  const server = createServer((request, response) => {
    if (received.push(`${request.method} ${request.url}`) > MAX_CALLS_REMEMBERED) received.splice(0, MAX_CALLS_REMEMBERED / 2)
    void serve(request, response, { store, faults, calls })
  })
  server.keepAliveTimeout = 60_000
  const host = options.host ?? '127.0.0.1'
  await listen(server, host, options.port ?? 0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    port,
    setFaults: (list) => faults.set(list),
    ledger: () => ledger(store),
    callCount: (matching) => received.filter((line) => matching.test(line)).length,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      store.close()
    },
  }
}

interface Parts {
  readonly store: Store
  readonly faults: Faults
  readonly calls: Calls
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  try {
    const body = await readBody(request)
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const method = request.method ?? 'GET'
    const reply = url.pathname.startsWith('/_sandbox/')
      ? control(method, url.pathname, body, parts)
      : await parts.calls.run({ method, path: url.pathname, query: url.search, headers: request.headers, body })
    if (reply === 'cut') return void request.socket.destroy()
    response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) }).end(reply.body)
  } catch (error) {
    if (response.headersSent || request.socket.destroyed) return
    const message = error instanceof Error ? error.message : 'unknown'
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { type: 'api_error', message } }))
  }
}

/** Routes that Stripe does not have: health for whoever started the sandbox, ledger and faults for tests. */
function control(method: string, path: string, body: string, { store, faults }: Parts): CallReply {
  if (method === 'GET' && path === '/_sandbox/health') return json(200, { status: 'ok', intents: store.intents.size })
  if (method === 'GET' && path === '/_sandbox/ledger') return json(200, ledger(store))
  if (method === 'PUT' && path === '/_sandbox/faults') {
    const list = readFaults(parse(body))
    if (list === null) return json(400, { message: 'Send a JSON list of faults: [{kind, operation?, times?, ms?}].' })
    faults.set(list)
    return json(200, { armed: list.length })
  }
  return json(404, { message: `Unknown sandbox route ${method} ${path}` })
}

function json(status: number, value: unknown): CallReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('The body is larger than 1 MiB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
