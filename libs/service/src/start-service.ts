import type { INestApplication, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { configureHttp, httpAdapter, type HttpOptions } from '@prep/http'
import { createLogger, type Logger, NestLogger, setLogger, startProcessMetrics, startTracing } from '@prep/observability'
import type { FastifyInstance } from 'fastify'
import { type COMMON_SETTINGS, configText, type ConfigOf, readConfig } from './config.ts'
import { drain } from './drain.ts'
import { ConfigError, EXIT, ServiceError } from './errors.ts'
import { connectParts, type ServiceParts } from './parts.ts'
import { installProbes, type Readiness } from './probes.ts'

export interface ServiceOptions {
  /** The service's name: app id of its sidecar, `service` in logs and traces. */
  name: string
  /** The app's root module. What it imports decides what is connected: PersistenceModule, MessagingModule. */
  module: Type
  http?: Pick<HttpOptions, 'door'> & {
    /** Routes that are not Nest's, registered before listening. */
    routes?: (fastify: FastifyInstance, app: INestApplication) => void | Promise<void>
  }
}

export interface RunningService {
  app: INestApplication
  /** `http://host:port`. */
  url: string
  /** Drains and closes; gives the exit code. The process goes on: a test may start another service. */
  stop(): Promise<number>
}

/**
 * The whole main.ts: starts the service and ends the process when it is told to (SIGTERM, SIGINT) or cannot go on.
 * Exit codes: 0 drained, 1 failed, 69 database away at start, 78 settings that cannot be used.
 */
export async function startService(options: ServiceOptions): Promise<void> {
  process.env['PREP_SERVICE'] = options.name
  const log = createLogger(options.name)
  setLogger(log)
  // Above all resources: a fault in the middle of something leaves it to the database to roll back.
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'ended by an error that nobody caught')
    process.exit(EXIT.failed)
  })
  try {
    const service = await runService(options, log)
    endOnSignal(service, log)
  } catch (error) {
    process.exit(startFailed(error, log))
  }
}

/** Starts a service inside this process, without touching signals or exit codes; for `startService` and for tests. */
export async function runService(options: ServiceOptions, log: Logger = createLogger(options.name)): Promise<RunningService> {
  const config = readConfig({})
  const stopTracing = await startTracing(options.name)
  startProcessMetrics(options.name)
  const app = await NestFactory.create(options.module, httpAdapter(), { bodyParser: false, logger: new NestLogger(log), abortOnError: false })
  const state: { parts?: ServiceParts; ending: boolean } = { ending: false }
  const stop = once(async () => {
    state.ending = true
    return drain({ app, messaging: state.parts?.messaging, log, stopTracing })
  })
  try {
    configureHttp(app, { ...options.http, errorMappers: [error => mapped(state.parts, error)] })
    const fastify = app.getHttpAdapter().getInstance() as FastifyInstance
    installProbes(fastify, () => readiness(state))
    await options.http?.routes?.(fastify, app)
    state.parts = await connectParts(app)
    const url = await listen(app, state.parts, config)
    log.info({ url, cpu_ms: Math.round(process.cpuUsage().user / 1000), rss_mb: Math.round(process.memoryUsage.rss() / 1e6) }, 'started')
    return { app, url, stop }
  } catch (error) {
    await app.close().catch(() => undefined)
    await stopTracing()
    throw error
  }
}

async function listen(app: INestApplication, parts: ServiceParts, config: ConfigOf<typeof COMMON_SETTINGS>): Promise<string> {
  if (parts.messaging) await app.startAllMicroservices()
  try {
    await app.listen(config.port, config.host)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new ServiceError('SVC_PORT_IN_USE', { detail: `port ${config.port}`, cause })
    throw cause
  }
  return app.getUrl()
}

function mapped(parts: ServiceParts | undefined, error: unknown) {
  for (const mapper of parts?.errorMappers ?? []) {
    const problem = mapper(error)
    if (problem) return problem
  }
  return undefined
}

async function readiness(state: { parts?: ServiceParts; ending: boolean }): Promise<Readiness> {
  const checks: Readiness['checks'] = {}
  if (state.parts?.database) checks['database'] = (await state.parts.database.ping()) ? 'up' : 'down'
  return { ready: !state.ending && state.parts !== undefined && !Object.values(checks).includes('down'), checks }
}

function endOnSignal(service: RunningService, log: Logger): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // A terminal's Ctrl-C reaches the whole group, and the supervisor sends its own: the second one changes nothing.
    process.on(signal, () => {
      log.info({ signal }, 'stopping')
      void service.stop().then(code => process.exit(code))
    })
  }
}

function startFailed(error: unknown, log: Logger): number {
  if (error instanceof ConfigError) {
    process.stderr.write(configText(error))
    return EXIT.configuration
  }
  const code = (error as { code?: unknown }).code
  const away = code === 'PERSISTENCE_UNAVAILABLE'
  if (code === 'PERSISTENCE_URL_MISSING' || code === 'MSG_CONFIG_INVALID') {
    process.stderr.write(configText(new ConfigError([(error as Error).message])))
    return EXIT.configuration
  }
  const failure = error instanceof ServiceError ? error : new ServiceError(away ? 'SVC_DATABASE_AWAY' : 'SVC_START_FAILED', { cause: error })
  log.fatal({ err: failure, code: failure.code }, failure.message)
  return away ? EXIT.databaseAway : EXIT.failed
}

function once<T>(fn: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => (result ??= fn())
}
