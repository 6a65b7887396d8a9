import type { INestApplication } from '@nestjs/common'
import type { MessagingLifecycle } from '@prep/messaging'
import { type Logger, type StopTracing } from '@prep/observability'
import type { Server } from 'node:http'
import { EXIT, ServiceError } from './errors.ts'

/** Orchestrators kill after 15 s here (45 s in Kubernetes): everything together stays under that. */
export const DRAIN_LIMITS = { messagesMs: 6_000, requestsMs: 3_000, totalMs: 12_000 } as const

export interface Drainable {
  app: INestApplication
  messaging: MessagingLifecycle | undefined
  log: Logger
  stopTracing: StopTracing
}

/**
 * Ends a service without losing anything: no new deliveries, lanes finish, the relay sends what is waiting, requests
 * are answered, the database is closed. Readiness is already 503.
 * @returns the exit code; never rejects
 */
export async function drain(service: Drainable): Promise<number> {
  const begin = performance.now()
  const { log } = service
  try {
    await within(DRAIN_LIMITS.totalMs, inOrder(service))
    log.info({ duration_ms: Math.round(performance.now() - begin) }, 'stopped')
    return EXIT.ok
  } catch (error) {
    log.error({ err: error }, 'stopped before everything in flight was finished')
    return EXIT.failed
  }
}

async function inOrder({ app, messaging, log, stopTracing }: Drainable): Promise<void> {
  await messaging?.drain(DRAIN_LIMITS.messagesMs).catch((error: unknown) => log.warn({ err: error }, 'messages were left for the next start'))
  // Streams that nobody ends (server-sent events) would keep the server open for ever.
  const server = app.getHttpServer() as Server
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_LIMITS.requestsMs)
  try {
    // Modules end in Nest's order: onModuleDestroy, beforeApplicationShutdown, the server, onApplicationShutdown (database).
    await app.close()
  } finally {
    clearTimeout(cut)
  }
  await stopTracing()
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ServiceError('SVC_DRAIN_TIMEOUT', { detail: `${limitMs} ms` })), limitMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}
