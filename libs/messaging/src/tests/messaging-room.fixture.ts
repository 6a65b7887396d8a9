import { type MigrationClass } from '@prep/persistence'
import { testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { fixtureMigrations, type FixtureOptions, type MessagingService, startMessagingService } from './messaging-service.fixture.ts'

export interface RoomOptions extends Omit<FixtureOptions, 'url'> {
  /** Emptied before each test. */
  readonly tables: readonly string[]
  /** Default those of messaging and the table `effects`. */
  readonly migrations?: MigrationClass[]
}

/** What the tests of a file share; there from the first `beforeAll` after it on. */
export interface MessagingRoom {
  readonly database: TestDatabase
  readonly service: MessagingService
  readonly app: MessagingService['app']
  /** Another life of the service, on the same database. */
  restart(options?: Partial<FixtureOptions>): Promise<void>
}

/** A service on a database of its own, begun before the tests of the file and ended after them. Call it at the file's top. */
export function messagingRoom({ tables, migrations = fixtureMigrations, ...options }: RoomOptions): MessagingRoom {
  let database: TestDatabase
  let service: MessagingService
  const start = async (changes: Partial<FixtureOptions> = {}): Promise<void> => {
    service = await startMessagingService({ ...options, ...changes, url: database.url })
  }
  beforeAll(async () => {
    database = await testDatabase(migrations)
    await start()
  })
  afterAll(async () => {
    await service?.stop()
    await database?.drop()
  })
  beforeEach(() => database.empty(...tables))
  return {
    get database() {
      return database
    },
    get service() {
      return service
    },
    get app() {
      return service.app
    },
    restart: async changes => {
      await service.stop()
      await start(changes)
    },
  }
}
