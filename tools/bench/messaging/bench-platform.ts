import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { build, type Part, type Platform } from '@prep/runtime'
import { endPlatform, privatePlatform } from '@prep/testing/platform'
import type { Scenario } from './scenarios.ts'

/** Publisher and subscriber with a sidecar each, on their own PostgreSQL and Kafka; app ids that the local scopes know. */
export interface BenchPlatform {
  readonly platform: Platform
  order<T>(side: 'publisher' | 'subscriber', order: string, body?: Record<string, number>): Promise<T>
  end(): Promise<void>
}

const sides = [{ side: 'publisher', appId: 'booking' }, { side: 'subscriber', appId: 'task-orchestrator' }] as const

export async function startBenchPlatform(scenario: Scenario): Promise<BenchPlatform> {
  const platform = await privatePlatform({ parts: 'infra', databases: ['publisher', 'subscriber'] })
  const collector = scenario.traced ? await collectorOfSpans() : undefined
  const controls = new Map<string, string>()
  try {
    await build(platform.repoRoot)
    await platform.start()
    for (const { side, appId } of sides) {
      const [app, sidecar, control] = addSide(platform, scenario, side, appId, collector)
      controls.set(side, control)
      await Promise.all([app.start(), sidecar.start()])
    }
  } catch (error) {
    collector?.close()
    await endPlatform(platform)
    throw error
  }
  return {
    platform,
    order: (side, order, body) => send(`${controls.get(side)}/${order}`, body),
    end: async () => {
      collector?.close()
      await endPlatform(platform)
    },
  }
}

function addSide(platform: Platform, scenario: Scenario, side: 'publisher' | 'subscriber', appId: string, collector: Server | undefined): [Part, Part, string] {
  const [port, controlPort] = [platform.takeExtraPorts(1), platform.takeExtraPorts(1)]
  const control = `http://127.0.0.1:${controlPort}`
  const sidecar = platform.addSidecar({ appId, appPort: port })
  const app = platform.addProcess({
    name: side,
    args: [join(import.meta.dirname, 'programs', `${scenario[side]}.ts`)],
    port,
    env: {
      NODE_ENV: 'production',
      CONTROL_PORT: String(controlPort),
      DATABASE_URL: platform.databaseUrl(side),
      DAPR_HTTP_PORT: String(sidecar.port),
      DAPR_API_TOKEN: platform.secrets.daprApiToken(appId),
      APP_API_TOKEN: platform.secrets.appApiToken(appId),
      ...(collector && { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as { port: number }).port}` }),
      ...scenario.env,
    },
    isReady: () => send(`${control}/ready`).then(() => true, () => false),
  })
  return [app, sidecar, control]
}

/** An OTLP endpoint that takes everything and keeps nothing; it works in the process of the benchmark itself. */
function collectorOfSpans(): Promise<Server> {
  const server = createServer((request, response) => void request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}')))
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

async function send<T>(url: string, body: Record<string, number> = {}): Promise<T> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}
