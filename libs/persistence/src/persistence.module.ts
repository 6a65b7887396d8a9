import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common'
import { Database, type DatabaseOptions, openDatabase } from './database.ts'
import { PersistenceError } from './errors.ts'
import { TransactionGroups } from './transaction-groups.ts'

export interface PersistenceModuleOptions extends Partial<Omit<DatabaseOptions, 'url'>> {
  /** Default DATABASE_URL. */
  url?: string
}

/** Closes the pool as the last act: after `onModuleDestroy` and `beforeApplicationShutdown` of everything that uses it. */
class DatabaseCloser implements OnApplicationShutdown {
  readonly #database: Database

  constructor(@Inject(Database) database: Database) {
    this.#database = database
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#database.close()
  }
}

/** Global: gives `Database` and `TransactionGroups` (the tokens are the classes) to every module of a service. */
@Module({})
export class PersistenceModule {
  static forRoot(options: PersistenceModuleOptions = {}): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      providers: [
        { provide: Database, useFactory: () => openFromEnvironment(options) },
        { provide: TransactionGroups, useFactory: (database: Database) => new TransactionGroups(database), inject: [Database] },
        DatabaseCloser,
      ],
      exports: [Database, TransactionGroups],
    }
  }
}

function openFromEnvironment(options: PersistenceModuleOptions): Promise<Database> {
  const url = options.url ?? process.env['DATABASE_URL']
  if (!url) throw new PersistenceError('PERSISTENCE_URL_MISSING')
  return openDatabase({ ...options, url, service: options.service ?? process.env['PREP_SERVICE'] ?? 'prep' })
}
