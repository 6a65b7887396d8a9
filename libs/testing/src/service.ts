import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { INestApplication, Type } from '@nestjs/common'
import type { Platform } from '@prep/runtime'
import { testDatabase, type MigrationClass, type TestDatabase } from './database.ts'
import { endPlatform, privatePlatform, startPlatform } from './setup/private-platform.ts'

export interface TestServiceOptions {
  /** The service's name: app id, `service` in logs. */
  name: string
  /** The app's root module. Imported lazily, so that settings it reads while loading are the test's. */
  module: () => Promise<Type>
  /** The app's migrations; with them it gets a database of its own. */
  migrations?: () => Promise<readonly MigrationClass[]>
  /** Settings besides those that every service has. */
  env?: Record<string, string>
  /** True: a Kafka of its own and a real daprd with the project's components. Else messages stay in the outbox. */
  sidecar?: boolean
}

export interface TestService {
  readonly app: INestApplication
  /** http://127.0.0.1:port */
  readonly url: string
  /** Throws when the service was started without migrations. */
  readonly database: TestDatabase
  /** Where the Kafka behind the sidecar listens; empty without one. */
  readonly kafkaBroker: string
  stop(): Promise<void>
}

/** One service inside the test's process, on a real database, as its main.ts would start it. Call stop() in afterAll. */
export async function startTestService(options: TestServiceOptions): Promise<TestService> {
  const ending: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).reverse()) await end()
  }
  try {
    return { ...await start(options, ending), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(options: TestServiceOptions, ending: (() => Promise<unknown>)[]): Promise<Omit<TestService, 'stop'>> {
  const database = options.migrations ? await testDatabase(await options.migrations()) : undefined
  if (database) ending.push(() => database.drop())
  const port = await freePort()
  const platform = options.sidecar ? await privatePlatform({ parts: 'infra', postgres: false }) : undefined
  if (platform) ending.push(() => endPlatform(platform))
  if (platform) await startPlatform(platform)
  const sidecar = platform?.addSidecar({ appId: options.name, appPort: port })
  setEnvironment({ ...settingsOf(options, platform, sidecar?.port ?? await freePort()), PORT: String(port), ...(database ? { DATABASE_URL: database.url } : {}) })
  const { runService } = await import('@prep/service')
  const service = await runService({ name: options.name, module: await options.module() })
  ending.push(() => service.stop())
  await sidecar?.start()
  return {
    app: service.app,
    url: service.url,
    kafkaBroker: platform?.kafkaBrokers ?? '',
    get database() {
      if (!database) throw new Error(`${options.name} was started without migrations, so it has no database.`)
      return database
    },
  }
}

function settingsOf(options: TestServiceOptions, platform: Platform | undefined, daprPort: number): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
    PREP_SERVICE: options.name,
    DAPR_HTTP_PORT: String(daprPort),
    DAPR_API_TOKEN: platform?.secrets.daprApiToken(options.name) ?? 'test-to-sidecar',
    APP_API_TOKEN: platform?.secrets.appApiToken(options.name) ?? 'test-to-app',
    ...options.env,
  }
}

function setEnvironment(settings: Record<string, string>): void {
  for (const [name, value] of Object.entries(settings)) process.env[name] = value
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
