import { afterAll, afterEach, beforeAll, describe, it } from 'vitest'
import { type MigrationClass, testDatabase, type TestDatabase } from '../database.ts'
import { deliveryCases } from './delivery-cases.ts'
import { membershipCases } from './membership-cases.ts'
import { outageCases } from './outage-cases.ts'
import { Room, type RunService } from './room.ts'
import type { Transport } from './transport.ts'

export interface ConformanceOptions {
  readonly transport: Transport
  readonly run: RunService
  /** Those of messaging, and a table `effects (id bigint, event_id uuid, note text)`. */
  readonly migrations: readonly MigrationClass[]
}

const cases = [...deliveryCases, ...outageCases, ...membershipCases]

/** What every transport must hold to; call it in a test file of the integration project. */
export function conformanceSuite({ transport, run, migrations }: ConformanceOptions): void {
  describe(`a transport (${transport.name})`, () => {
    let database: TestDatabase
    let room: Room

    beforeAll(async () => {
      database = await testDatabase(migrations)
      await transport.start()
      room = new Room(transport, database, run)
      await room.startInstance()
    })

    afterAll(async () => {
      await room?.stopAll()
      await transport.stop()
      await database?.drop()
    })

    afterEach(() => {
      room.parts.clear()
      for (const { link } of room.instances) link.mend()
    })

    for (const { name, needs = [], run: prove } of cases) {
      it(name, async (context) => {
        const reason = needs.map((ability) => transport.cannot[ability]).find((text) => text !== undefined)
        if (reason !== undefined) context.skip(reason)
        await prove(room)
      }, 180_000)
    }
  })
}
