import { databaseOf, eventConstOf, eventOf, handlerOf, moduleClassOf, type ServiceParts } from './service-parts.ts'
import { serviceTestSource } from './app-test-source.ts'

/** Every source file of a new service, by its path under `apps/<name>/src`: it keeps an entry for each message, and tells of it. */
export function appSources(parts: ServiceParts): Record<string, string> {
  const { name } = parts
  const { file } = handlerOf(parts)
  return {
    'main.ts': mainSource(parts),
    'migrate.ts': migrateSource(parts),
    [`${name}.module.ts`]: moduleSource(parts),
    [`${name}.integration.test.ts`]: serviceTestSource(parts),
    'domain/entry.ts': entrySource(parts),
    'features/keep-entry/keep-entry.ts': keepEntrySource(parts),
    'persistence/entry-repository.ts': repositorySource,
    'persistence/migrations.ts': migrationsSource,
    'persistence/migrations/1767225600001-create-entry.ts': createEntrySource,
    [`subscriptions/${file}.handler.ts`]: handlerSource(parts),
  }
}

function mainSource(parts: ServiceParts): string {
  return `import 'reflect-metadata'
import { startService } from '@prep/service'
import { ${moduleClassOf(parts)} } from './${parts.name}.module.ts'

await startService({ name: '${parts.name}', module: ${moduleClassOf(parts)} })
`
}

function migrateSource({ name }: ServiceParts): string {
  return `import { migrateService } from '@prep/service'
import { migrations } from './persistence/migrations.ts'

await migrateService({ name: '${name}', migrations })
`
}

function moduleSource(parts: ServiceParts): string {
  const { name, context } = parts
  const { file, className } = handlerOf(parts)
  return `import { Module } from '@nestjs/common'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { KeepEntry } from './features/keep-entry/keep-entry.ts'
import { EntryRepository } from './persistence/entry-repository.ts'
import { ${className} } from './subscriptions/${file}.handler.ts'

@Module({
  imports: [PersistenceModule.forRoot({ service: '${name}' }), MessagingModule.forRoot({ service: '${name}', context: '${context}' })],
  controllers: [${className}],
  providers: [EntryRepository, KeepEntry],
})
export class ${moduleClassOf(parts)} {}
`
}

function entrySource({ hears }: ServiceParts): string {
  return `/** What is kept of a message. */
export interface Entry {
  /** Id of the message, a UUIDv7. */
  readonly id: string
  /** What the message was about: the subject of \`${hears.type}\`. */
  readonly about: string
}
`
}

function keepEntrySource(parts: ServiceParts): string {
  const event = eventConstOf(parts)
  return `import { Inject, Injectable } from '@nestjs/common'
import { ${event} } from '@prep/contracts'
import { Outbox } from '@prep/messaging'
import { type Tx } from '@prep/persistence'
import { type Entry } from '../../domain/entry.ts'
import { EntryRepository } from '../../persistence/entry-repository.ts'

/** An entry never changes. */
const ONLY_VERSION = 1

/** Keeps an entry and tells of it, in one transaction. */
@Injectable()
export class KeepEntry {
  readonly #entries: EntryRepository
  readonly #outbox: Outbox

  constructor(@Inject(EntryRepository) entries: EntryRepository, @Inject(Outbox) outbox: Outbox) {
    this.#entries = entries
    this.#outbox = outbox
  }

  async run(tx: Tx, entry: Entry): Promise<void> {
    await this.#entries.add(tx, entry)
    const data = { entryId: entry.id, about: entry.about }
    await this.#outbox.publish(tx, ${event}, { data, subject: entry.id, sequence: ONLY_VERSION })
  }
}
`
}

const repositorySource = `import { Injectable } from '@nestjs/common'
import { type Tx } from '@prep/persistence'
import { type Entry } from '../domain/entry.ts'

/** The entries kept, for good. */
@Injectable()
export class EntryRepository {
  async add(tx: Tx, { id, about }: Entry): Promise<void> {
    await tx.query('INSERT INTO entry (id, about) VALUES ($1, $2)', [id, about])
  }
}
`

const migrationsSource = `import { messagingMigrations } from '@prep/messaging'
import { type MigrationClass } from '@prep/persistence'
import { CreateEntry1767225600001 } from './migrations/1767225600001-create-entry.ts'

/** All that this service's database needs, its libraries' tables included. */
export const migrations: MigrationClass[] = [...messagingMigrations, CreateEntry1767225600001]
`

const createEntrySource = `import { type MigrationInterface, type QueryRunner } from 'typeorm'

export class CreateEntry1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`
      CREATE TABLE entry (
        id uuid PRIMARY KEY,
        about text NOT NULL,
        kept_at timestamptz NOT NULL DEFAULT now()
      )\`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE entry')
  }
}
`

function handlerSource(parts: ServiceParts): string {
  const { exportName, schema } = parts.hears
  const { className } = handlerOf(parts)
  return `import { Controller, Inject } from '@nestjs/common'
import { ${exportName}, type ${exportName}Data } from '@prep/contracts'
import { type MessageContext, Subscribe } from '@prep/messaging'
import { KeepEntry } from '../features/keep-entry/keep-entry.ts'

/** ${parts.name} hears: ${String(schema.description)} */
@Controller()
export class ${className} {
  readonly #keepEntry: KeepEntry

  constructor(@Inject(KeepEntry) keepEntry: KeepEntry) {
    this.#keepEntry = keepEntry
  }

  @Subscribe(${exportName})
  async handle(_data: ${exportName}Data, { tx, envelope }: MessageContext<${exportName}Data>): Promise<void> {
    await this.#keepEntry.run(tx, { id: envelope.id, about: envelope.subject })
  }
}
`
}

/** README, package and compiler settings of a new service, by their path under `apps/<name>`. */
export function appPapers(parts: ServiceParts): Record<string, string> {
  const { name, context } = parts
  const nx = { tags: ['type:app', `context:${context}`], targets: { build: {}, test: {} } }
  const libraries = ['contracts', 'messaging', 'persistence', 'observability', 'http', 'service']
  const tsconfig = {
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.tsbuildinfo' },
    include: ['src/**/*.ts', 'src/**/*.json'],
    exclude: ['src/**/*.test.ts', 'src/**/*.fixture.ts', 'dist'],
    references: libraries.map((library) => ({ path: `../../libs/${library}` })),
  }
  return {
    'package.json': `${JSON.stringify({ name: `@prep/${name}`, version: '0.1.0', private: true, license: 'Apache-2.0', type: 'module', nx }, null, 2)}\n`,
    'tsconfig.json': `${JSON.stringify(tsconfig, null, 2)}\n`,
    'README.md': readme(parts),
  }
}

function readme(parts: ServiceParts): string {
  const { name, says, hears } = parts
  return `# ${name}

${says}

\`\`\`
${hears.type} ──▶ keep-entry ──▶ table \`entry\` in ${databaseOf(parts)}
${' '.repeat(hears.type.length)}                └▶ ${eventOf(parts)}.v1
\`\`\`

- **One entry a message**: the entry has the message's id, so that a message that comes twice is kept once.
- **Entry and event commit together**, in the transaction of the delivery.

## Settings
\`DATABASE_URL\`, and what every service has. A setting of its own stands in \`src/${name}.config.ts\`, as in the other services, and in \`gitops/services/${name}/values.yaml\`.

## Tests
\`npx vitest run apps/${name}\`
`
}
