import 'reflect-metadata'
import { Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { createLogger, setLogger } from '@prep/observability'
import { Database, type MigrationClass, PersistenceModule } from '@prep/persistence'
import { type MigrationInterface, type QueryRunner } from 'typeorm'
import { connectMessaging, MessagingModule, type MessagingModuleOptions, messagingMigrations, Outbox, type Topology } from '../index.ts'

// Tests provoke failures by the dozen; what is logged of them is of interest when one fails unexpectedly.
setLogger(createLogger('messaging-tests', { level: process.env['LOG_LEVEL'] ?? 'silent' }))

/** What handlers of the tests write: one row per run that was committed. */
class CreateEffects1700000000001 implements MigrationInterface {
  readonly name = 'CreateEffects1700000000001'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table effects (id bigint generated always as identity primary key, event_id uuid not null, note text not null)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table effects')
  }
}

export const fixtureMigrations: MigrationClass[] = [...messagingMigrations, CreateEffects1700000000001]

export interface FixtureOptions extends Partial<MessagingModuleOptions> {
  url: string
  controllers: Type[]
  port?: number
}

export interface MessagingService {
  readonly app: NestFastifyApplication
  readonly database: Database
  readonly outbox: Outbox
  readonly port: number
  /** As a service ends: nothing new, what is in flight finishes, the relay flushes. */
  stop(): Promise<void>
}

/** Services of tests handle what suits the test: who publishes it, and what Dapr allows, is another test's business. */
const anything: Topology = { isPublished: () => true, maySubscribe: () => true }

/** A service of handlers only, wired as libs/service wires one. */
export async function startMessagingService({ url, controllers, port, ...options }: FixtureOptions): Promise<MessagingService> {
  const service = options.service ?? 'booking'
  class AppModule {}
  Module({
    imports: [PersistenceModule.forRoot({ url, service }), MessagingModule.forRoot({ daprHttpPort: 1, topology: anything, ...options, service })],
    controllers,
  })(AppModule)
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false })
  const lifecycle = connectMessaging(app)
  await app.startAllMicroservices()
  await app.listen(port ?? 0, '127.0.0.1')
  return {
    app,
    database: app.get(Database),
    outbox: app.get(Outbox),
    port: Number(new URL(await app.getUrl()).port),
    stop: async () => {
      await lifecycle.drain(5_000)
      await app.close()
    },
  }
}
