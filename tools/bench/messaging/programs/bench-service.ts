import 'reflect-metadata'
import { Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { connectMessaging, MessagingModule, type MessagingModuleOptions, messagingMigrations } from '@prep/messaging'
import { createLogger, setLogger, startTracing } from '@prep/observability'
import { type MigrationClass, PersistenceModule, runMigrations } from '@prep/persistence'
import { type QueryRunner } from 'typeorm'

/** What both sides keep: a version for each aggregate. */
class CreateTally1700000000001 {
  readonly name = 'CreateTally1700000000001'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table tally (id uuid primary key, version integer not null default 0) with (fillfactor = 50)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table tally')
  }
}

/**
 * A service as libs/service wires one, on PORT, with the outbox, inbox and tally tables in DATABASE_URL. Settings of messaging
 * come from `options`, and as JSON from BENCH_SETTINGS.
 */
export async function startBenchService(service: string, controllers: Type[], options: Partial<MessagingModuleOptions> = {}): Promise<NestFastifyApplication> {
  const settings = JSON.parse(process.env['BENCH_SETTINGS'] ?? '{}') as Partial<MessagingModuleOptions>
  const url = process.env['DATABASE_URL'] as string
  setLogger(createLogger(service, { level: 'error' }))
  await startTracing(service)
  await runMigrations(url, service, [...messagingMigrations, CreateTally1700000000001 as MigrationClass])
  class AppModule {}
  Module({ imports: [PersistenceModule.forRoot({ url, service }), MessagingModule.forRoot({ ...options, ...settings, service })], controllers })(AppModule)
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), { logger: false })
  const lifecycle = connectMessaging(app)
  await app.startAllMicroservices()
  await app.listen(Number(process.env['PORT']), '127.0.0.1')
  process.once('SIGTERM', () => void lifecycle.drain(5_000).then(() => app.close()).then(() => process.exit(0)))
  return app
}
