import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { portOf, type ControlPlane } from './control-plane.ts'

export interface Resource {
  readonly metadata: { readonly name: string, readonly namespace?: string, readonly generation?: number, readonly resourceVersion?: string, readonly labels?: Record<string, string>, readonly annotations?: Record<string, string> }
  readonly spec?: Record<string, unknown>
  readonly status?: Record<string, unknown>
}

export type OnChange<T> = (resource: T, is: 'there' | 'gone') => void

/** What is told of a collection: whole resources, or only what stands in their metadata. */
export type Form = 'whole' | 'metadata'

const accepted = (form: Form, kind: string): string => form === 'whole' ? 'application/json' : `application/json;as=${kind};v=v1;g=meta.k8s.io`

interface WatchEvent<T> { readonly type: string, readonly object: T }

function tell<T>({ type, object }: WatchEvent<T>, onChange: OnChange<T>): void {
  if (type === 'ADDED' || type === 'MODIFIED') onChange(object, 'there')
  if (type === 'DELETED') onChange(object, 'gone')
}

interface Question {
  readonly method: 'GET' | 'PATCH' | 'POST'
  readonly path: string
  readonly body?: object
  readonly type?: string
  readonly accept?: string
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
  async list<T extends Resource = Resource>(path: string, form: Form = 'whole'): Promise<T[]> {
    const { status, body } = await this.#ask({ method: 'GET', path, accept: accepted(form, 'PartialObjectMetadataList') })
    return status === 200 ? (JSON.parse(body) as { items: T[] }).items : []
  }

  async get<T extends Resource = Resource>(path: string): Promise<T | undefined> {
    const { status, body } = await this.#ask({ method: 'GET', path })
    return status === 200 ? JSON.parse(body) as T : undefined
  }

  /** A merge patch. Answers the HTTP status. */
  async patch(path: string, body: object): Promise<number> {
    return (await this.#ask({ method: 'PATCH', path, body, type: 'application/merge-patch+json' })).status
  }

  /** Makes a resource in a collection. Answers the HTTP status and, for one that is refused, what the API server says. */
  async create(path: string, resource: object): Promise<{ status: number, said: string }> {
    const { status, body } = await this.#ask({ method: 'POST', path, body: resource })
    return { status, said: status < 300 ? '' : body }
  }

  /**
   * Tells every resource of a collection, and each again as it changes. Ends with the signal, when the API server ends it,
   * or at once when the kind is not served.
   */
  watch<T extends Resource = Resource>(path: string, onChange: OnChange<T>, signal: AbortSignal, form: Form = 'whole'): Promise<void> {
    return new Promise((resolve) => {
      const asked = request({ ...this.#to(`${path}?watch=1`), headers: { accept: accepted(form, 'PartialObjectMetadata') }, signal }, (response) => {
        let begun = ''
        response.once('close', resolve)
        response.once('error', () => undefined) // cut off: ended like any other
        if (response.statusCode !== 200) return void response.resume()
        response.setEncoding('utf8').on('data', (text: string) => {
          const lines = `${begun}${text}`.split('\n')
          begun = lines.pop() ?? ''
          for (const line of lines) tell(JSON.parse(line) as WatchEvent<T>, onChange)
        })
      })
      asked.once('error', () => resolve())
      asked.end()
    })
  }

  close(): void {
    this.#agent.destroy()
  }

  #to(path: string): { host: string, port: number, agent: Agent, path: string } {
    return { host: '127.0.0.1', port: this.#port, agent: this.#agent, path }
  }

  #ask({ method, path, body, type = 'application/json', accept = 'application/json' }: Question): Promise<{ status: number, body: string }> {
    const sent = body === undefined ? '' : JSON.stringify(body)
    const headers = { accept, ...(sent === '' ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(sent) }) }
    return new Promise((resolve, reject) => {
      const asked = request({ ...this.#to(path), method, headers, timeout: 30_000 }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
        response.once('error', reject)
      })
      asked.once('timeout', () => asked.destroy(new Error(`${path} did not answer in 30 s`)))
      asked.once('error', reject)
      asked.end(sent)
    })
  }
}
