import type { ServiceSpec } from './catalogue.ts'
import type { KafkaOptions } from './kafka.ts'
import type { Part } from './part.ts'
import type { Ports } from './ports.ts'
import type { PostgresOptions } from './postgres.ts'
import type { Secrets } from './secrets.ts'
import type { ServiceOptions } from './service.ts'

/** What the start order and the services' environment need to know of a platform. */
export interface PlatformView {
  readonly home: string
  readonly repoRoot: string
  readonly ports: Ports
  readonly secrets: Secrets
  readonly postgresOptions: PostgresOptions
  readonly kafkaOptions: KafkaOptions
  /** Those that run. */
  readonly services: readonly ServiceSpec[]
  /** Those that are built and have a database. */
  readonly migrated: readonly ServiceSpec[]
  readonly parts: Part[]
  readonly databases: string[]
  readonly topics: string[]
  readonly kafkaBrokers: string
  part(name: string): Part
  has(name: string): boolean
  databaseUrl(database: string): string
  /** For processes of the platform itself: over the socket where there is one. */
  localDatabaseUrl(database: string): string
  serviceOptions(name: string): ServiceOptions
  createDatabases(...names: string[]): Promise<string[]>
  createTopics(...names: string[]): Promise<string[]>
}
