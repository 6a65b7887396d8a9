import { timingSafeEqual } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { crashAfterAnswer, crashPoint } from '../crash-point.ts'
import { type BulkEntry } from '../delivery/classify-entry.ts'
import { type EntryStatus } from '../delivery/subscriber.ts'

/** What a delivery may weigh: daprd sends up to its own --max-body-size (32 MiB), base64 and envelope on top. */
const BODY_LIMIT = 64 * 1024 * 1024

/** One subscription of the answer to daprd's GET /dapr/subscribe. */
export interface DaprSubscription {
  pubsubname: string
  topic: string
  routes: { default: string }
  deadLetterTopic?: string
  metadata?: Record<string, string>
  bulkSubscribe?: { enabled: true; maxMessagesCount: number; maxAwaitDurationMs: number }
}

export interface DaprRoutes {
  /** Demanded in the header `dapr-api-token`; undefined: not checked. */
  readonly token: string | undefined
  readonly subscriptions: () => DaprSubscription[]
  readonly deliver: (topic: string, entries: BulkEntry[]) => Promise<EntryStatus[]>
}

/**
 * The routes that daprd calls, in a scope of their own: bodies stay bytes until here, because Fastify's parser would
 * refuse a whole batch for one entry with a key such as __proto__.
 */
export function registerDaprRoutes(fastify: FastifyInstance, routes: DaprRoutes): void {
  const isAllowed = tokenCheck(routes.token)
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, parsed) => parsed(null, body))
    scope.addHook('onRequest', async (request, reply) => {
      if (!isAllowed(request)) await reply.code(401).send({ code: 'MSG_TOKEN_WRONG' })
    })
    scope.get('/dapr/subscribe', () => routes.subscriptions())
    scope.post<{ Params: { pubsub: string; topic: string } }>('/dapr/messages/:pubsub/:topic', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      await answerBulk(routes, request.params.topic, request.body, reply)
    })
    scope.post<{ Params: { pubsub: string; topic: string } }>('/dapr/message/:pubsub/:topic', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      const [status] = await routes.deliver(request.params.topic, [entryOf(request)])
      crashPoint('answer.before')
      crashAfterAnswer(reply.raw)
      await reply.header('content-type', 'application/json').send(status === 'SUCCESS' ? SUCCESS : RETRY)
    })
    done()
  })
}

const SUCCESS = '{"status":"SUCCESS"}'
const RETRY = '{"status":"RETRY"}'

async function answerBulk(routes: DaprRoutes, topic: string, body: unknown, reply: FastifyReply): Promise<void> {
  const entries = entriesOf(body)
  if (!entries) {
    await reply.code(500).send({ code: 'MSG_ENVELOPE_INVALID' })
    return
  }
  const statuses = await routes.deliver(topic, entries)
  const parts = entries.map((entry, i) => `{"entryId":${JSON.stringify(entry.entryId)},"status":"${statuses[i]}"}`)
  crashPoint('answer.before')
  crashAfterAnswer(reply.raw)
  await reply.header('content-type', 'application/json').send(`{"statuses":[${parts.join(',')}]}`)
}

/** A message that came by itself; its place on the broker stands in the headers. */
function entryOf({ body, headers }: FastifyRequest): BulkEntry {
  const metadata: Record<string, string> = {}
  for (const name of PLACE) if (typeof headers[name] === 'string') metadata[name] = headers[name]
  return { entryId: '0', event: Buffer.isBuffer(body) ? body.toString() : undefined, metadata }
}

const PLACE = ['__topic', '__partition', '__offset', '__key'] as const

/** The entries of daprd's bulk request; undefined when it is none, which only another caller than daprd would send. */
export function entriesOf(body: unknown): BulkEntry[] | undefined {
  if (!Buffer.isBuffer(body)) return undefined
  try {
    const { entries } = JSON.parse(body.toString()) as { entries?: unknown }
    if (!Array.isArray(entries)) return undefined
    const isEntry = (entry: unknown): boolean => typeof (entry as BulkEntry | null)?.entryId === 'string'
    return entries.every(isEntry) ? (entries as BulkEntry[]) : undefined
  } catch {
    return undefined
  }
}

function tokenCheck(token: string | undefined): (request: FastifyRequest) => boolean {
  if (!token) return () => true
  const expected = Buffer.from(token)
  return request => {
    const given = Buffer.from(String(request.headers['dapr-api-token'] ?? ''))
    return given.length === expected.length && timingSafeEqual(given, expected)
  }
}
