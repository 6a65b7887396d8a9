import { type DynamicModule, Inject, Module, type OnModuleDestroy } from '@nestjs/common'
import { Database } from '@prep/persistence'
import { MessagingRuntime } from './messaging-runtime.ts'
import { Outbox } from './outbox/outbox.ts'
import { Projections } from './projection/projections.ts'
import { type MessagingModuleOptions, settingsOf } from './settings.ts'
import { DaprTransport } from './transport/dapr-transport.ts'

/** Options with every default filled in. */
export const MESSAGING_SETTINGS = Symbol('messaging settings')
/** A service that ends without draining first still gives its leases back. */
const LAST_CHANCE_MS = 2_000

/** Global: gives `Outbox` to every module of a service. Needs `PersistenceModule`. */
@Module({})
export class MessagingModule implements OnModuleDestroy {
  readonly #runtime: MessagingRuntime

  constructor(@Inject(MessagingRuntime) runtime: MessagingRuntime) {
    this.#runtime = runtime
  }

  /** @throws MessagingError MSG_CONFIG_INVALID */
  static forRoot(options: MessagingModuleOptions): DynamicModule {
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: MESSAGING_SETTINGS, useFactory: () => settingsOf(options) },
        { provide: MessagingRuntime, useFactory: (database, settings) => new MessagingRuntime(database, settings), inject: [Database, MESSAGING_SETTINGS] },
        { provide: Outbox, useFactory: outboxOf, inject: [MessagingRuntime, MESSAGING_SETTINGS] },
        { provide: Projections, useFactory: (runtime: MessagingRuntime) => runtime.projections, inject: [MessagingRuntime] },
        { provide: DaprTransport, useFactory: transportOf, inject: [MessagingRuntime, MESSAGING_SETTINGS] },
      ],
      exports: [Outbox, Projections],
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.#runtime.drain(LAST_CHANCE_MS)
  }
}

function outboxOf(runtime: MessagingRuntime, settings: ReturnType<typeof settingsOf>): Outbox {
  return new Outbox(settings.service, runtime.relay)
}

function transportOf(runtime: MessagingRuntime, settings: ReturnType<typeof settingsOf>): DaprTransport {
  return new DaprTransport(runtime.handlers, settings, () => runtime.start())
}
