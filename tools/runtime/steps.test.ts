import { expect, test } from 'vitest'
import { interrupted } from './errors.ts'
import { Steps, together, type StepEvent } from './steps.ts'

/** Work that goes on until it is interrupted. */
function endless(steps: Steps): Promise<void> {
  return new Promise((_, reject) => steps.signal.addEventListener('abort', () => reject(interrupted())))
}

test('a step tells its start, its progress and what came of it', async () => {
  const told: StepEvent[] = []
  await new Steps((event) => told.push(event)).run('build', 'Build', async (progress) => {
    progress('half')
    return 'whole'
  })
  expect(told.map(({ state, detail }) => [state, detail])).toEqual([['started', undefined], ['progress', 'half'], ['done', 'whole']])
})

test('the first failure interrupts the others, and is the one that counts', async () => {
  const ends: string[] = []
  const steps = new Steps(({ id, state }) => void (state === 'started' || ends.push(`${id} ${state}`)))
  const cause = new Error('there is no Java')
  const slow = steps.run('daprd', 'Dapr sidecar', () => endless(steps))
  const failing = steps.run('kafka', 'Kafka', () => Promise.reject(cause))
  await expect(together([slow, failing])).rejects.toMatchObject({ code: 'RT_INTERRUPTED' })
  expect(steps.failure).toBe(cause)
  expect(ends).toEqual(['kafka failed', 'daprd interrupted'])
})

test('nothing begins after an interruption', async () => {
  const steps = new Steps(() => {}, AbortSignal.abort())
  let begun = false
  await expect(steps.run('late', 'Late', async () => void (begun = true))).rejects.toMatchObject({ code: 'RT_INTERRUPTED' })
  expect(begun).toBe(false)
})
