import { Controller, Inject, Module } from '@nestjs/common'
import { KitchenRegisteredV1, type KitchenRegisteredV1Data, SlotTakenV1 } from '@prep/contracts'
import { type Envelope, type MessageContext, MessagingModule, messagingMigrations, Outbox, Subscribe } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { topics } from '@prep/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deliver } from './deliver.ts'
import { eventually } from './eventually.ts'
import { produceRaw, readTopics } from './kafka.ts'
import { inboxOf, publishedBy } from './published.ts'
import { envelopeOf, sampleOf } from './samples.ts'
import { startTestService, type TestService } from './service.ts'

/** Answers each kitchen with an event, so that a message is seen to go in and another to come out. */
@Controller()
class OnKitchen {
  readonly #outbox: Outbox
  constructor(@Inject(Outbox) outbox: Outbox) { this.#outbox = outbox }

  @Subscribe(KitchenRegisteredV1)
  async run({ kitchenId }: KitchenRegisteredV1Data, { tx }: MessageContext<KitchenRegisteredV1Data>): Promise<void> {
    await this.#outbox.publish(tx, SlotTakenV1, { data: sampleOf(SlotTakenV1, { kitchenId }), subject: kitchenId })
  }
}

@Module({
  imports: [PersistenceModule.forRoot({ service: 'booking' }), MessagingModule.forRoot({ service: 'booking', context: 'booking' })],
  controllers: [OnKitchen],
})
class TestModule {}

let service: TestService

beforeAll(async () => {
  const migrations = () => Promise.resolve(messagingMigrations)
  service = await startTestService({ name: 'booking', module: () => Promise.resolve(TestModule), migrations, sidecar: true })
})
afterAll(async () => { await service?.stop() })

async function answersTo(cause: Envelope): Promise<Envelope[]> {
  const records = await readTopics(service.kafkaBroker, ['prep.booking.events'])
  return records.map(({ value }) => JSON.parse(value.toString()) as Envelope).filter(({ causationid: id }) => id === cause.id)
}

test('a record on the topic passes the real sidecar, the handler and the outbox, and its answer is on the topic', async () => {
  const message = envelopeOf(KitchenRegisteredV1, sampleOf(KitchenRegisteredV1))
  await produceRaw(service.kafkaBroker, [{ topic: KitchenRegisteredV1.topic, key: message.partitionkey, value: JSON.stringify(message) }])
  await eventually(async () => expect(await answersTo(message)).toMatchObject([{ type: SlotTakenV1.type, correlationid: message.correlationid }]), { timeoutMs: 30_000 })
  expect(await inboxOf(service.database)).toMatchObject([{ consumer: 'booking/listing.kitchen-registered', event_id: message.id, state: 'handled' }])
})

test('deliver() does without the broker what the sidecar does; the same message again is not handled again', async () => {
  const message = envelopeOf(KitchenRegisteredV1, sampleOf(KitchenRegisteredV1))
  expect(await deliver(service.app, [message, message])).toEqual(['SUCCESS', 'SUCCESS'])
  expect(await deliver(service.app, message)).toEqual(['SUCCESS'])
  await eventually(async () => expect(await answersTo(message)).toHaveLength(1), { timeoutMs: 20_000 })
  await eventually(async () => expect(await publishedBy(service.database, SlotTakenV1)).toEqual([]))
})

test('the topics are those of the catalogue, and nothing makes others', async () => {
  await expect(readTopics(service.kafkaBroker, ['prep.nowhere.events'])).rejects.toThrow()
  expect(await readTopics(service.kafkaBroker, topics.filter((topic) => topic.endsWith('.dead')))).toEqual([])
})
