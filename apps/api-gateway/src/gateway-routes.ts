import type { FastifyInstance } from 'fastify'
import { gatewayConfig } from './gateway.config.ts'
import { installProxy } from './proxy.ts'
import { routingTable } from './routing-table.ts'
import { installUpstreamHealth } from './upstream-health.ts'

/** All routes of the door. */
export async function gatewayRoutes(fastify: FastifyInstance): Promise<void> {
  const config = gatewayConfig()
  const routes = routingTable(config)
  installUpstreamHealth(fastify, routes)
  for (const route of routes) await installProxy(fastify, route, config)
}
