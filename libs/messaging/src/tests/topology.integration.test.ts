import { Controller } from '@nestjs/common'
import { type Contract, HoldSlotV1, KitchenChangedV1, PaymentCapturedV1, RefundPaymentV1 } from '@prep/contracts'
import { testDatabase, type TestDatabase } from '@prep/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TableLaidV1, TableLaidV2 } from '../../../contracts/src/versions.fixture.ts'
import { Subscribe, type Topology } from '../index.ts'
import { builtTopology } from '../transport/topology.ts'
import { fixtureMigrations, startMessagingService } from './messaging-service.fixture.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase(fixtureMigrations)
})
afterAll(() => database?.drop())

/** A service that handles these contracts starts, and ends again. */
async function start(service: string, contracts: Contract<unknown>[], topology: Topology = builtTopology): Promise<void> {
  const controllers = contracts.map(contract => {
    class Handles {
      async handle(): Promise<void> {}
    }
    Subscribe(contract)(Handles.prototype, 'handle', Object.getOwnPropertyDescriptor(Handles.prototype, 'handle') as TypedPropertyDescriptor<() => Promise<void>>)
    Controller()(Handles)
    return Handles
  })
  await (await startMessagingService({ url: database.url, service, controllers, topology })).stop()
}

describe('a service', () => {
  it('starts when what it handles is published and its scopes let it hear', async () => {
    await start('booking', [HoldSlotV1, PaymentCapturedV1])
    await start('payment', [RefundPaymentV1])
  })

  it('does not start when nobody publishes what it handles', async () => {
    await expect(start('booking', [HoldSlotV1, TableLaidV2])).rejects.toMatchObject({
      code: 'MSG_NOBODY_PUBLISHES', message: expect.stringContaining('(booking.table-laid.v2)'),
    })
  })

  it('starts when only an older version is published: consumers move first', async () => {
    const before: Topology = { ...builtTopology, isPublished: contract => contract === TableLaidV1 || builtTopology.isPublished(contract) }
    await start('booking', [TableLaidV2], before)
  })

  it('does not start when its Dapr scopes close a topic to it', async () => {
    await expect(start('notification', [PaymentCapturedV1, KitchenChangedV1])).rejects.toMatchObject({
      code: 'MSG_SCOPE_MISSING',
      message: expect.stringContaining('notification=prep.listing.events in pubsub-events, notification=prep.payment.events in pubsub-events'),
    })
  })
})
