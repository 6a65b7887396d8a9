import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTopics, produceRaw, readTopics } from './kafka.ts'
import { sharedParts } from './parts.ts'

test('what was written comes back whole, in order per partition, from many topics', async () => {
  const broker = sharedParts().kafkaBroker
  const [one, two, empty] = [`one-${randomUUID()}`, `two-${randomUUID()}`, `empty-${randomUUID()}`]
  await createTopics(broker, [one, two, empty])
  const garbage = Buffer.from([0x00, 0xff, 0x7b, 0x22])
  await produceRaw(broker, [
    ...Array.from({ length: 50 }, (_, n) => ({ topic: one, key: `key-${n % 5}`, value: String(n) })),
    { topic: two, value: garbage, partition: 3 },
  ])
  const records = await readTopics(broker, [one, two, empty])
  expect(records).toHaveLength(51)
  const ofKey = records.filter(({ key }) => key === 'key-2').map(({ value }) => Number(value.toString()))
  expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b))
  expect(records.find(({ topic }) => topic === two)).toMatchObject({ partition: 3, offset: 0n, key: null, value: garbage })
})

test('a topic without records is read at once', async () => {
  const broker = sharedParts().kafkaBroker
  const topic = `empty-${randomUUID()}`
  await createTopics(broker, [topic])
  expect(await readTopics(broker, [topic])).toEqual([])
})
