import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serviceNamed, services, topics, type ServiceSpec } from './catalogue.ts'
import { RuntimeError } from './errors.ts'
import { kafkaPart, type KafkaOptions } from './kafka.ts'
import { Part, type PartSpec } from './part.ts'
import { endStarter, isUp, readState, removeState, takeHome, writeState } from './platform-state.ts'
import type { PlatformOptions, ProcessRequest, SidecarRequest, StartOptions } from './platform-options.ts'
import { startPlatform } from './platform-start.ts'
import type { PlatformView } from './platform-view.ts'
import { defaultPortBase, portsFrom, sidecarPortsFrom, type Ports } from './ports.ts'
import { pgbouncerPart } from './pgbouncer.ts'
import { createDatabases, postgresPart, postgresSocketUrl, postgresUrl, removePostgresData, type PostgresOptions } from './postgres.ts'
import { isRunning, ProcessRecords } from './process-record.ts'
import { defaultHome, repositoryRoot } from './repository.ts'
import { sandboxPart } from './sandbox.ts'
import { Secrets } from './secrets.ts'
import { serviceEnvironment, sidecarEnvironment } from './service-environment.ts'
import { servicePart, type ServiceOptions } from './service.ts'
import { sidecarName, sidecarPart } from './sidecar.ts'
import { Steps } from './steps.ts'
import { createTopics } from './topics.ts'

/** A whole local platform, or a part of one, in a folder and a block of ports of its own. */
export class Platform implements PlatformView {
  readonly home: string
  readonly repoRoot: string
  readonly ports: Ports
  readonly options: PlatformOptions
  readonly secrets: Secrets
  readonly records: ProcessRecords
  readonly postgresOptions: PostgresOptions
  readonly kafkaOptions: KafkaOptions
  readonly services: readonly ServiceSpec[]
  readonly migrated: readonly ServiceSpec[]
  readonly #parts = new Map<string, Part>()
  #extras = 0

  constructor(options: PlatformOptions = {}) {
    this.options = options
    this.repoRoot = options.repoRoot ?? repositoryRoot
    this.home = resolve(options.home ?? defaultHome(this.repoRoot))
    this.ports = portsFrom(options.portBase ?? Number(process.env['PREP_PORT_BASE'] ?? defaultPortBase))
    this.secrets = new Secrets(this.home)
    this.records = new ProcessRecords(this.home)
    const parts = options.parts ?? 'full'
    this.migrated = parts === 'full' || parts === 'prepared' ? chosenServices(options.services) : []
    this.services = parts === 'full' ? this.migrated : []
    const { home, records, ports } = this
    this.postgresOptions = { home, records, port: ports.postgres, secrets: this.secrets }
    this.kafkaOptions = { home, records, ports }
    this.#addBuiltIn()
  }

  /** Every part, in start order. */
  get parts(): Part[] {
    return [...this.#parts.values()]
  }

  /** @throws RuntimeError RT_PART_UNKNOWN */
  part(name: string): Part {
    const part = this.#parts.get(name)
    if (part !== undefined) return part
    const known = this.parts.map((candidate) => candidate.name).join(', ')
    throw new RuntimeError('RT_PART_UNKNOWN', { message: `There is no part "${name}".`, hint: `There are: ${known}.` })
  }

  /** The sidecar of a service. */
  sidecar(service: string): Part {
    return this.part(sidecarName(service))
  }

  has(name: string): boolean {
    return this.#parts.has(name)
  }

  /** Where each part answers; HTTP parts as http://127.0.0.1:port. */
  get urls(): Record<string, string> {
    return Object.fromEntries(this.parts.map((part) => [part.name, part.url]))
  }

  get kafkaBrokers(): string {
    return `127.0.0.1:${this.ports.kafka}`
  }

  databaseUrl(database: string): string {
    return postgresUrl(this.postgresOptions, database)
  }

  localDatabaseUrl(database: string): string {
    return postgresSocketUrl(this.postgresOptions, database)
  }

  /** The environment that a service process gets; the same names in tests as in production. */
  serviceEnv(service: string): Record<string, string> {
    const { env } = this.options
    return { ...serviceEnvironment(this, service), ...(typeof env === 'function' ? env(service) : env) }
  }

  /** True when the platform of this home runs, started by this process or another. */
  get isUp(): boolean {
    return isUp(this.home, this.records)
  }

  /**
   * Starts everything and waits until it is ready. When it fails or is interrupted, what was started is ended.
   * @throws RuntimeError
   */
  async start(options: StartOptions = {}): Promise<void> {
    const state = { portBase: this.ports.base, parts: this.options.parts ?? 'full', services: this.migrated.map(({ name }) => name) }
    const leftovers = await takeHome(this.home, this.records)
    writeState(this.home, { ...state, detached: false })
    const steps = new Steps(options.onStep, options.signal)
    try {
      await startPlatform(this, steps, leftovers)
    } catch (error) {
      await this.stop()
      throw steps.failure ?? error
    }
    if (options.detached === true) writeState(this.home, { ...state, detached: true })
  }

  /** Ends what this home's records name: services and sidecars first, then what they stand on. */
  async stop(): Promise<string[]> {
    const ended: string[] = []
    for (const wave of stopWaves(this.records.all().map((record) => record.part))) {
      const outcomes = await Promise.all(wave.map(async (name) => ({ name, outcome: await this.#stopRecorded(name) })))
      ended.push(...outcomes.filter(({ outcome }) => outcome !== 'gone').map(({ name }) => name))
    }
    removeState(this.home)
    return ended
  }

  /** As stop, for a platform that another process started: that one is told first. */
  async down(): Promise<string[]> {
    const running = this.records.all().filter((record) => isRunning(record)).map((record) => record.part)
    await endStarter(this.home)
    await this.stop()
    return running
  }

  /** Removes data, logs and secrets of this home. It must be stopped. */
  wipe(): void {
    if (this.records.all().some((record) => isRunning(record))) {
      throw new RuntimeError('RT_ALREADY_RUNNING', { message: 'Parts still run, their data is not removed.', hint: 'End them first: ./prep down' })
    }
    if (this.has('postgres')) removePostgresData(this.home)
    rmSync(this.home, { recursive: true, force: true })
  }

  createDatabases(...names: string[]): Promise<string[]> {
    return createDatabases(this.databaseUrl('postgres'), names)
  }

  createTopics(...names: string[]): Promise<string[]> {
    return createTopics(this.kafkaBrokers, names)
  }

  /** A sidecar for an app that somebody else runs, for example a test itself. Not started yet. */
  addSidecar(request: SidecarRequest): Part {
    const { home, records, repoRoot } = this
    return this.#add(
      sidecarPart({
        ...{ home, records, repoRoot, appId: request.appId, name: request.name, appPort: request.appPort },
        ports: sidecarPortsFrom(this.takeExtraPorts(4), 1),
        resourcesPath: request.resourcesPath ?? this.resourcesPath,
        env: () => ({ ...sidecarEnvironment(this, request.appId), ...request.env }),
      }),
    )
  }

  /** A PgBouncer in transaction mode before this platform's PostgreSQL. Not started yet. */
  addPgBouncer(): Part {
    return this.#add(pgbouncerPart({ ...this.postgresOptions, port: this.takeExtraPorts(1), postgresPort: this.ports.postgres }))
  }

  /** Any other process, by default Node.js. Not started yet. */
  addProcess(request: ProcessRequest): Part {
    const port = request.port ?? this.takeExtraPorts(1)
    const spec: PartSpec = {
      ...{ name: request.name, version: '', ports: [port], cwd: this.repoRoot, isReady: request.isReady },
      command: request.command ?? process.execPath,
      args: request.args,
      env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...request.env },
    }
    return this.#add(new Part(spec, () => spec, this.home, this.records))
  }

  /** The first of so many ports of the block that nothing else uses. */
  takeExtraPorts(count: number): number {
    const first = this.ports.extra(this.#extras)
    this.#extras += count
    return first
  }

  get resourcesPath(): string {
    return this.options.resourcesPath ?? join(this.repoRoot, 'dapr', 'components', 'local')
  }

  get topics(): string[] {
    return [...topics, ...(this.options.topics ?? [])]
  }

  get databases(): string[] {
    return [...this.migrated.flatMap((service) => service.database ?? []), ...(this.options.databases ?? [])]
  }

  serviceOptions(name: string): ServiceOptions {
    const { home, records, repoRoot } = this
    return { home, records, repoRoot, name, port: this.ports.service(name), env: () => ({ ...process.env, ...this.serviceEnv(name) }) }
  }

  #addBuiltIn(): void {
    const { home, records, repoRoot, ports } = this
    if (this.options.postgres !== false) this.#add(postgresPart(this.postgresOptions))
    if (this.options.kafka !== false) this.#add(kafkaPart(this.kafkaOptions))
    if (this.options.parts !== 'infra') this.#add(sandboxPart({ home, records, repoRoot, port: ports.sandbox }))
    for (const { name } of this.services) this.#add(servicePart(this.serviceOptions(name)))
    for (const { name } of this.services) {
      const env = (): NodeJS.ProcessEnv => sidecarEnvironment(this, name)
      const sidecar = { home, records, repoRoot, appId: name, appPort: ports.service(name), ports: ports.sidecar(name) }
      this.#add(sidecarPart({ ...sidecar, resourcesPath: this.resourcesPath, env }))
    }
  }

  #add(part: Part): Part {
    this.#parts.set(part.name, part)
    return part
  }

  async #stopRecorded(name: string): Promise<'gone' | 'stopped' | 'killed'> {
    const idle: PartSpec = { name, version: '', command: '', args: [], cwd: '', env: {}, ports: [], isReady: async () => false }
    return (this.#parts.get(name) ?? new Part(idle, () => idle, this.home, this.records)).stop()
  }
}

export function createPlatform(options: PlatformOptions = {}): Platform {
  return new Platform(options)
}

/** The platform that runs (or ran last) in a home, with the ports and services that it was started with. */
export function openPlatform(options: PlatformOptions = {}): Platform {
  const home = resolve(options.home ?? defaultHome(options.repoRoot))
  const state = readState(home)
  return new Platform(state === undefined ? options : { ...options, portBase: state.portBase, parts: state.parts, services: state.services })
}

function chosenServices(names: readonly string[] | undefined): ServiceSpec[] {
  if (names === undefined) return [...services]
  const unknown = names.find((name) => serviceNamed(name) === undefined)
  if (unknown !== undefined) throw new RuntimeError('RT_PART_UNKNOWN', { message: `There is no service "${unknown}".` })
  return services.filter((service) => names.includes(service.name))
}

/** Apps and their sidecars drain together (a sidecar waits for its app), then what they stand on. */
function stopWaves(names: readonly string[]): string[][] {
  const foundation = new Set(['postgres', 'pgbouncer', 'kafka', 'stripe-sandbox'])
  return [names.filter((name) => !foundation.has(name)), names.filter((name) => foundation.has(name))]
}
