import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from '@platformatic/kafka'
import { partitionsPerTopic } from './catalogue.ts'
import { RuntimeError } from './errors.ts'

/**
 * Makes the topics that are not there yet: 8 partitions, one replica. Existing ones are never changed.
 * @returns the names that were made.
 * @throws RuntimeError RT_TOPICS_FAILED
 */
export async function createTopics(brokers: string, names: readonly string[]): Promise<string[]> {
  const { Admin } = await import('@platformatic/kafka')
  const admin = new Admin({ clientId: 'prep-runtime', bootstrapBrokers: brokers.split(','), retries: 5, retryDelay: 200 })
  try {
    const existing = new Set(await admin.listTopics())
    const missing = names.filter((name) => !existing.has(name))
    if (missing.length === 0) return []
    await admin.createTopics({ topics: missing, partitions: partitionsPerTopic, replicas: 1 })
    await untilListed(admin, missing)
    await makeOffsetsTopic(admin)
    return missing
  } catch (cause) {
    throw new RuntimeError('RT_TOPICS_FAILED', {
      message: `The topics could not be made on ${brokers}: ${(cause as Error).message}.`,
      hint: 'See ./prep logs kafka',
      cause,
    })
  } finally {
    await admin.close()
  }
}

async function untilListed(admin: Admin, names: readonly string[]): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const listed = new Set(await admin.listTopics())
    if (names.every((name) => listed.has(name))) return
    await delay(50)
  }
  throw new Error('they are not listed after they were made')
}

/** The broker makes its own topic of offsets when it is first asked for a coordinator: better now than under the first consumer. */
async function makeOffsetsTopic(admin: Admin): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await admin.findCoordinator({ keyType: 0, keys: ['prep'] }).catch(() => undefined)
    if (found !== undefined) return
    await delay(50)
  }
}
