import { messagingMigrations } from '@prep/messaging'
import { runMigrations } from '@prep/persistence'
import type { Platform } from '@prep/runtime'
import { quietPool } from '../database.ts'
import { serviceTables } from './service-process.ts'

/** What a service under test runs with: its database, its sidecar (not started yet), and the environment for its process. */
export interface ServiceRoom {
  readonly pool: ReturnType<typeof quietPool>
  readonly sidecar: ReturnType<Platform['addSidecar']>
  readonly settings: Record<string, string>
}

/**
 * @param app whose topics and scopes it has: a service of the platform
 * @param database one of those that the platform was made with; empty so far
 * @param between opens what stands between sidecar and service, on the first port, and passes on to the second
 */
export async function serviceRoom(
  platform: Platform, app: string, database: string, between?: (sidecarPort: number, servicePort: number) => Promise<void>,
): Promise<ServiceRoom> {
  const url = platform.databaseUrl(database)
  await runMigrations(url, app, [...messagingMigrations])
  const pool = quietPool(url)
  await pool.query(serviceTables)
  const port = platform.takeExtraPorts(1)
  const seenPort = between ? platform.takeExtraPorts(1) : port
  await between?.(seenPort, port)
  const sidecar = platform.addSidecar({ appId: app, appPort: seenPort })
  const settings = {
    PREP_SERVICE: app, PORT: String(port), DATABASE_URL: url, DAPR_HTTP_PORT: String(sidecar.port),
    DAPR_API_TOKEN: platform.secrets.daprApiToken(app), APP_API_TOKEN: platform.secrets.appApiToken(app),
  }
  return { pool, sidecar, settings }
}
