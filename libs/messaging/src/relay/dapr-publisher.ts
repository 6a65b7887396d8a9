import { crashPoint } from '../crash-point.ts'
import { Agent, request } from 'node:http'
import { type OutboxRow } from '../outbox/handover.ts'
import { tracedPublish } from './traced-publish.ts'

/** What became of a bulk request. */
export type PublishResult =
  | { readonly outcome: 'accepted' }
  /** Some entries were refused; the others are on the broker. */
  | { readonly outcome: 'partly'; readonly failed: ReadonlyMap<string, string> }
  /** Nothing is known to be on the broker. `unavailable`: nobody's fault, try later; `refused`: look for the culprit. */
  | { readonly outcome: 'unavailable' | 'refused'; readonly detail: string }

/** Sends one bulk of one topic. Never rejects. */
export type PublishBulk = (rows: readonly OutboxRow[]) => Promise<PublishResult>

/** What Kafka's client in daprd says while brokers or leaders are away: not the fault of any message. */
const AWAY =
  /broker|leader|replica|connection|timed? ?out|deadline exceeded|EOF|broken pipe|no such host|network|circuit|unavailable|not (yet )?(ready|initialized)|coordinator|context canceled/i
/** What it says of one message that will never pass. */
const AT_FAULT = /message (was )?too large|message.*size|invalid (record|message|timestamp)|record.*(too large|invalid)|compression/i

/** A thin client of daprd's bulk publish over kept connections: the SDK costs four times as much and hides failures. */
export class DaprPublisher {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 })
  readonly #options: { port: number; token: string | undefined; timeoutMs: number }

  constructor(options: { port: number; token: string | undefined; timeoutMs: number }) {
    this.#options = options
  }

  readonly publishBulk: PublishBulk = tracedPublish(async rows => {
    const [first] = rows
    if (!first) return { outcome: 'accepted' }
    try {
      const path = `/v1.0/publish/bulk/${first.component}/${first.topic}`
      crashPoint('relay.before-publish')
      const { status, body } = await this.#post(path, bodyOf(rows))
      crashPoint('relay.after-publish')
      return resultOf(status, body, rows)
    } catch (error) {
      return { outcome: 'unavailable', detail: error instanceof Error ? error.message : String(error) }
    }
  })

  close(): void {
    this.#agent.destroy()
  }

  #post(path: string, body: string): Promise<{ status: number; body: string }> {
    const { port, token, timeoutMs } = this.#options
    const headers: Record<string, string | number> = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    if (token) headers['dapr-api-token'] = token
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, path, method: 'POST', agent: this.#agent, headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          clearTimeout(timer)
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
        })
      })
      const timer = setTimeout(() => outgoing.destroy(new Error(`no answer from the sidecar within ${timeoutMs} ms`)), timeoutMs)
      outgoing.on('error', error => {
        clearTimeout(timer)
        reject(error)
      })
      outgoing.end(body)
    })
  }
}

/** The payloads are JSON already: putting them together as text spares parsing and writing each again. */
function bodyOf(rows: readonly OutboxRow[]): string {
  const entries = rows.map(
    row =>
      `{"entryId":"${row.id}","event":${row.payload},"contentType":"application/cloudevents+json","metadata":{"partitionKey":${JSON.stringify(row.key)}}}`,
  )
  return `[${entries.join(',')}]`
}

/** Reads daprd's answer: 204 all accepted; else a list of failed entries, or an error for the whole request. */
export function resultOf(status: number, body: string, rows: readonly OutboxRow[]): PublishResult {
  if (status === 204) return { outcome: 'accepted' }
  const answer = parsed(body)
  const failed = new Map<string, string>()
  for (const entry of answer.failedEntries ?? []) failed.set(String(entry.entryId), String(entry.error ?? answer.errorCode ?? 'refused'))
  if (status < 300 && failed.size === 0) return { outcome: 'accepted' }
  if (failed.size > 0 && failed.size < rows.length) return { outcome: 'partly', failed }
  const detail = `${status} ${[answer.errorCode, answer.message, failed.values().next().value].filter(Boolean).join(' ')}`.slice(0, 500)
  return { outcome: isFault(status, detail) ? 'refused' : 'unavailable', detail }
}

/** Whether text or status blame the message, not the state of sidecar or broker. */
function isFault(status: number, detail: string): boolean {
  if (AT_FAULT.test(detail)) return true
  if (status === 400 || status === 413 || status === 422) return true
  return status >= 500 && !AWAY.test(detail)
}

/** Of an entry that failed while its neighbours passed. */
export function isEntryFault(detail: string): boolean {
  return AT_FAULT.test(detail) || !AWAY.test(detail)
}

interface BulkAnswer {
  failedEntries?: Array<{ entryId?: unknown; error?: unknown }>
  errorCode?: string
  message?: string
}

function parsed(body: string): BulkAnswer {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return { message: body.slice(0, 200) }
  }
}
