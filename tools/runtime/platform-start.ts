import { build } from './build.ts'
import { daprdBinary } from './daprd-binary.ts'
import { prepareKafka } from './kafka.ts'
import type { Part } from './part.ts'
import type { PlatformView } from './platform-view.ts'
import { assertPortsFree } from './ports.ts'
import { preparePostgres } from './postgres.ts'
import { migrate } from './service.ts'
import { sidecarName } from './sidecar.ts'
import { together, type Steps } from './steps.ts'

/**
 * The order that makes a start short: PostgreSQL, Kafka, the build and the sidecar's binary side by side; then
 * databases and topics; then each service after its own migration, and its sidecar beside it.
 */
export async function startPlatform(platform: PlatformView, steps: Steps, leftovers: readonly string[]): Promise<void> {
  if (leftovers.length > 0) {
    await steps.run('leftovers', 'Ended what an earlier run left', async () => leftovers.join(', '))
  }
  const wanted = platform.parts.flatMap((part) => part.ports.map((port) => ({ part: part.name, port })))
  await assertPortsFree(wanted)
  const withServices = platform.services.length > 0
  const built = platform.migrated.length > 0 ? steps.run('build', 'Build', () => build(platform.repoRoot, steps.signal)) : done()
  const binary = withServices ? steps.run('daprd', 'Dapr sidecar', (progress) => daprd(progress, steps.signal)) : done()
  const postgres = platform.has('postgres') ? startPostgres(platform, steps) : done()
  const kafka = platform.has('kafka') ? startKafka(platform, steps) : done()
  const sandbox = platform.has('stripe-sandbox') ? startSandbox(platform, steps) : done()
  const served = both([built, postgres]).then(() => serve(platform, steps))
  const connected = withServices ? both([built, binary, kafka]).then(() => startSidecars(platform, steps)) : done()
  await together([built, binary, postgres, kafka, sandbox, served, connected])
}

async function done(): Promise<void> {}

/** As Promise.all, but never an unhandled rejection: the caller waits for each of them too. */
function both(work: Array<Promise<void>>): Promise<unknown> {
  return Promise.all(work)
}

async function daprd(progress: (detail: string) => void, signal: AbortSignal): Promise<string> {
  const binary = await daprdBinary(progress, signal)
  return binary === 'daprd' ? "this machine's own" : 'from the cache'
}

function startPostgres(platform: PlatformView, steps: Steps): Promise<void> {
  return steps.run('postgres', 'PostgreSQL', async () => {
    const remark = await preparePostgres(platform.postgresOptions, steps.signal)
    await platform.part('postgres').start(steps.signal)
    await platform.createDatabases(...platform.databases)
    return remark
  })
}

function startKafka(platform: PlatformView, steps: Steps): Promise<void> {
  return steps.run('kafka', 'Kafka', async (progress) => {
    await prepareKafka(platform.kafkaOptions, progress, steps.signal)
    await platform.part('kafka').start(steps.signal)
    const made = await platform.createTopics(...platform.topics)
    return made.length > 0 ? `${made.length} topics made` : undefined
  })
}

function startSandbox(platform: PlatformView, steps: Steps): Promise<void> {
  return steps.run('stripe-sandbox', 'Card provider sandbox', () => platform.part('stripe-sandbox').start(steps.signal))
}

async function serve(platform: PlatformView, steps: Steps): Promise<void> {
  if (platform.services.length > 0) return startServices(platform, steps)
  if (platform.migrated.length > 0) await steps.run('migrations', 'Migrations', () => migrateAll(platform, steps.signal))
}

async function migrateAll(platform: PlatformView, signal: AbortSignal): Promise<string> {
  const stateful = platform.migrated.filter(({ database }) => database !== undefined)
  await together(stateful.map(({ name }) => migrate(platform.serviceOptions(name), signal)))
  return `${stateful.length} databases`
}

async function startServices(platform: PlatformView, steps: Steps): Promise<void> {
  await steps.run('services', 'Services', async (progress) => {
    const waiting = new Set(platform.services.map(({ name }) => name))
    const starts = platform.services.map(async ({ name, database }) => {
      if (database !== undefined) await migrate(platform.serviceOptions(name), steps.signal)
      await platform.part(name).start(steps.signal)
      waiting.delete(name)
      progress(waiting.size === 0 ? 'all ready' : `waiting for ${[...waiting].join(', ')}`)
    })
    await together(starts)
    return `${platform.services.length} ready`
  })
}

async function startSidecars(platform: PlatformView, steps: Steps): Promise<void> {
  await steps.run('sidecars', 'Sidecars', async () => {
    const sidecars: Part[] = platform.services.map(({ name }) => platform.part(sidecarName(name)))
    await together(sidecars.map((sidecar) => sidecar.start(steps.signal)))
    return `${sidecars.length} ready`
  })
}
