import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { portOf, type ControlPlane } from './control-plane.ts'

export interface Resource {
  readonly metadata: { readonly name: string, readonly namespace?: string, readonly generation?: number, readonly resourceVersion?: string, readonly labels?: Record<string, string>, readonly annotations?: Record<string, string> }
  readonly spec?: Record<string, unknown>
  readonly status?: Record<string, unknown>
}

/** The API itself, for what is asked many times a second: a call takes milliseconds, kubectl a third of a second. */
export class ApiClient {
  readonly #agent: Agent
  readonly #port: number

  constructor({ base, certificates: { authority, admin } }: ControlPlane) {
    this.#port = portOf(base).api
    this.#agent = new Agent({ keepAlive: true, ca: readFileSync(authority), cert: readFileSync(admin.certificate), key: readFileSync(admin.key) })
  }

  /** Items of a collection; none when the kind is not served. */
  async list<T extends Resource = Resource>(path: string): Promise<T[]> {
    const { status, body } = await this.#ask('GET', path)
    return status === 200 ? (JSON.parse(body) as { items: T[] }).items : []
  }

  async get<T extends Resource = Resource>(path: string): Promise<T | undefined> {
    const { status, body } = await this.#ask('GET', path)
    return status === 200 ? JSON.parse(body) as T : undefined
  }

  /** A merge patch. Answers the HTTP status. */
  async patch(path: string, patch: object): Promise<number> {
    return (await this.#ask('PATCH', path, JSON.stringify(patch))).status
  }

  /** Makes a resource in a collection. Answers the HTTP status and, for one that is refused, what the API server says. */
  async create(path: string, resource: object): Promise<{ status: number, said: string }> {
    const { status, body } = await this.#ask('POST', path, JSON.stringify(resource), 'application/json')
    return { status, said: status < 300 ? '' : body }
  }

  close(): void {
    this.#agent.destroy()
  }

  #ask(method: string, path: string, body = '', type = 'application/merge-patch+json'): Promise<{ status: number, body: string }> {
    return new Promise((resolve, reject) => {
      const headers = body === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) }
      const asked = request({ host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path, headers, timeout: 30_000 }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
        response.once('error', reject)
      })
      asked.once('timeout', () => asked.destroy(new Error(`${path} did not answer in 10 s`)))
      asked.once('error', reject)
      asked.end(body)
    })
  }
}
