import { registry } from '@prep/observability'
import type { FastifyInstance } from 'fastify'

/** Whether the service should get traffic, and why not. */
export interface Readiness {
  ready: boolean
  checks: Record<string, 'up' | 'down'>
}

/**
 * `/health/started`: the start is over; a service listens only once it has reached what it needs, so that any answer says
 * so. `/health/live`: the process turns. `/health/ready`: send it traffic; 503 while it ends or its database is away. Kafka,
 * the sidecar and a long outbox do not count: requests are accepted without them. `/metrics`: Prometheus text.
 */
export function installProbes(fastify: FastifyInstance, readiness: () => Promise<Readiness>): void {
  fastify.get('/health/started', (_request, reply) => reply.send({ status: 'started' }))
  fastify.get('/health/live', (_request, reply) => reply.send({ status: 'live' }))
  fastify.get('/health/ready', async (_request, reply) => {
    const { ready, checks } = await readiness()
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', checks })
  })
  fastify.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}
