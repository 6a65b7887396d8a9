import { get } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type Route } from './routing-table.ts'

const PATIENCE_MS = 1_000
/** Anybody may ask: an answer counts for a second, so that asking often costs the services nothing. */
const FRESH_MS = 1_000

interface Health {
  status: 'up' | 'degraded'
  upstreams: Record<string, 'up' | 'down'>
}

/** `GET /health`: the services behind the door. Readiness does not depend on it: the door is open when they are away. */
export function installUpstreamHealth(fastify: FastifyInstance, routes: readonly Route[]): void {
  let known: { at: number; health: Promise<Health> } | undefined
  fastify.get('/health', async (_request, reply) => {
    if (!known || performance.now() - known.at > FRESH_MS) known = { at: performance.now(), health: healthOf(routes) }
    const health = await known.health
    return reply.status(health.status === 'up' ? 200 : 503).send(health)
  })
}

async function healthOf(routes: readonly Route[]): Promise<Health> {
  const states = await Promise.all(routes.map(async ({ service, upstream }) => [service, (await isReady(upstream)) ? 'up' : 'down'] as const))
  return { status: states.every(([, state]) => state === 'up') ? 'up' : 'degraded', upstreams: Object.fromEntries(states) }
}

function isReady(upstream: string): Promise<boolean> {
  return new Promise(resolve => {
    const request = get(`${upstream}/health/ready`, { timeout: PATIENCE_MS }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(false))
  })
}
