import { type Contract, HoldSlotV1, SlotHeldV1 } from '@prep/contracts'
import { type Database, openDatabase } from '@prep/persistence'
import { sampleOf, testDatabase, type TestDatabase } from '@prep/testing'
import { v7 } from 'uuid'
import { type Handover, noHandover } from '../outbox/handover.ts'
import { Outbox } from '../outbox/outbox.ts'
import { Relay } from '../relay/relay.ts'
import { type FakeSidecar, fakeSidecar, type PublishedEntry } from './fake-sidecar.fixture.ts'
import { fixtureMigrations } from './messaging-service.fixture.ts'

/** A relay with what it asks of its database, which can be cut off. */
export interface RelayUnderTest {
  readonly relay: Relay
  readonly outbox: Outbox
  /** Statements that the relay sent, in order. */
  readonly statements: string[]
  /** Its statements wait until the function that this gives is called. */
  hold(): () => void
  /** As SIGKILL: what is on its way to the sidecar may arrive, no statement follows, the leases stay behind. */
  crash(): Promise<void>
}

export interface RelayRoom {
  readonly test: TestDatabase
  readonly database: Database
  readonly sidecar: FakeSidecar
  startRelay(options?: { leaseMs?: number; pollMs?: number }): Promise<RelayUnderTest>
  /**
   * Counts the aggregate up and publishes what its version is, as a use case does.
   * @returns the ids of the messages, once committed
   */
  publish(outbox: Outbox, key: string, options?: { topics?: ReadonlyArray<'events' | 'commands'>; before?: () => Promise<void> }): Promise<string[]>
  /** What the sidecar took of a key, in order, each the first time. */
  firstSequences(key: string, topic: 'events' | 'commands'): number[]
  depth(): Promise<number>
  close(): Promise<void>
}

/** PostgreSQL, a sidecar that answers as told, and any number of relays. */
export async function relayRoom(): Promise<RelayRoom> {
  const test = await testDatabase(fixtureMigrations)
  await test.query('create table aggregates (key text primary key, version integer not null)')
  const database = await openDatabase({ url: test.url, service: 'booking' })
  const sidecar = await fakeSidecar()
  const relays = new Set<Relay>()
  return {
    test,
    database,
    sidecar,
    startRelay: async ({ leaseMs = 6_000, pollMs = 200 } = {}) => {
      const watched = watch(database)
      const relay = new Relay(watched.database, { service: 'booking', daprHttpPort: sidecar.port, daprApiToken: undefined, leaseMs, pollMs, gatherMs: 20 })
      relays.add(relay)
      await relay.start()
      const crash = async (): Promise<void> => {
        watched.cut()
        await relay.stop()
      }
      return { relay, outbox: outboxOf(relay), statements: watched.statements, hold: watched.hold, crash }
    },
    publish: (outbox, key, { topics = ['events' as const], before } = {}) => publishVersion(database, outbox, key, topics, before),
    firstSequences: (key, topic) => firstSequences(sidecar.accepted, key, topic),
    depth: async () => Number((await test.query<{ n: string }>('select count(*) as n from outbox'))[0]?.n),
    close: async () => {
      await Promise.all([...relays].map(relay => relay.stop()))
      await sidecar.close()
      await database.close()
      await test.drop()
    },
  }
}

/** Without a handover: as a process that owns nothing of the outbox. */
export function outboxOf(handover: Handover = noHandover): Outbox {
  return new Outbox('booking', handover)
}

const CONTRACTS = { events: SlotHeldV1 as Contract<unknown>, commands: HoldSlotV1 as Contract<unknown> }

async function publishVersion(database: Database, outbox: Outbox, key: string, topics: ReadonlyArray<'events' | 'commands'>, before?: () => Promise<void>): Promise<string[]> {
  return database.transaction(async tx => {
    const [row] = await tx.query<{ version: number }>(
      'insert into aggregates (key, version) values ($1, 1) on conflict (key) do update set version = aggregates.version + 1 returning version',
      [key],
    )
    await before?.()
    const data = { bookingId: v7() } as Partial<unknown>
    return outbox.publishAll(tx, topics.map(topic => [CONTRACTS[topic], { data: sampleOf(CONTRACTS[topic], data), subject: key, sequence: row?.version ?? 0 }]))
  })
}

function firstSequences(accepted: readonly PublishedEntry[], key: string, topic: string): number[] {
  const seen = new Set<string>()
  const mine = accepted.filter(({ topic: name, event }) => event.partitionkey === key && name.endsWith(topic))
  return mine.filter(({ event }) => !seen.has(event.id) && seen.add(event.id)).map(({ event }) => Number(event.sequence))
}

/** The same database, as one relay sees it. */
function watch(database: Database): { database: Database; statements: string[]; hold: () => () => void; cut: () => void } {
  const statements: string[] = []
  let isCut = false
  let held = Promise.resolve()
  const pass = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    await held
    if (isCut) throw new Error('cut off')
    statements.push(sql.trim())
    return run()
  }
  const watched = {
    query: (sql: string, params?: unknown[]) => pass(sql, () => database.query(sql, params)),
    execute: (sql: string, params?: unknown[]) => pass(sql, () => database.execute(sql, params)),
  }
  const hold = (): (() => void) => {
    let release = (): void => undefined
    held = new Promise(done => (release = done))
    return release
  }
  return { database: watched as unknown as Database, statements, hold, cut: () => (isCut = true) }
}
