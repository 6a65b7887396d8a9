import Fastify from 'fastify'
import { takeOrders } from './control.ts'
import { Tally } from './tally.ts'

interface Bulk { entries: Array<{ entryId: string, event: { data: { publishedAt: number } } }> }

/** Takes bulks and says yes: no contract, no database. */
const tally = new Tally()
const fastify = Fastify({ bodyLimit: 64 * 1024 * 1024 })
fastify.addContentTypeParser('application/cloudevents+json', { parseAs: 'string' }, fastify.getDefaultJsonParser('error', 'error'))
fastify.get('/dapr/subscribe', () => [{
  pubsubname: 'pubsub-events', topic: 'prep.booking.events', routes: { default: '/bulk' },
  bulkSubscribe: { enabled: true, maxMessagesCount: 200, maxAwaitDurationMs: 20 },
}])
fastify.post<{ Body: Bulk }>('/bulk', ({ body }) => {
  for (const { event } of body.entries) tally.add(event.data.publishedAt)
  return { statuses: body.entries.map(({ entryId }) => ({ entryId, status: 'SUCCESS' })) }
})
await fastify.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })
takeOrders({ figures: () => tally.figures(), reset: () => tally.reset() })
