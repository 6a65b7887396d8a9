import { type DynamicModule, Module } from '@nestjs/common'
import { Outbox } from '@prep/messaging'
import { Database } from '@prep/persistence'
import type { SagaDefinition } from '../domain/definition.ts'
import { SagaRegistry } from '../domain/registry.ts'
import { Alarm } from '../engine/alarm.ts'
import { SagaEngine } from '../engine/saga-engine.ts'
import { SagaReader } from '../engine/saga-reader.ts'
import { TimerWorker, type TimerWorkerOptions } from '../engine/timer-worker.ts'
import { eventController } from './event-controller.ts'

export interface SagaModuleOptions {
  /** Read when the service starts. */
  readonly timers?: () => TimerWorkerOptions
}

/**
 * Runs sagas in a service that has PersistenceModule and MessagingModule: hears every event that starts or answers one,
 * and fires their timers. Spread `sagaMigrations` into the service's migrations.
 */
@Module({})
export class SagaModule {
  /**
   * All definitions, old versions included as long as an instance runs them.
   * Throws SAGA_DEFINITION_INVALID or SAGA_DEFINITION_DUPLICATE.
   */
  static register(definitions: readonly SagaDefinition[], options: SagaModuleOptions = {}): DynamicModule {
    const registry = new SagaRegistry(definitions)
    const alarm = new Alarm()
    return {
      module: SagaModule,
      controllers: registry.contracts().map(eventController),
      providers: [
        { provide: SagaRegistry, useValue: registry },
        { provide: SagaEngine, useFactory: (outbox: Outbox) => new SagaEngine(registry, outbox, alarm), inject: [Outbox] },
        { provide: SagaReader, useFactory: (database: Database) => new SagaReader(database), inject: [Database] },
        {
          provide: TimerWorker,
          useFactory: (database: Database, engine: SagaEngine) => new TimerWorker(database, engine, alarm, options.timers?.()),
          inject: [Database, SagaEngine],
        },
      ],
      exports: [SagaRegistry, SagaEngine, SagaReader],
    }
  }
}
