import { expect, test } from 'vitest'
import { eventually } from './eventually.ts'

test('goes on until the assertion holds, and answers with its value', async () => {
  let tries = 0
  const value = await eventually(() => {
    tries += 1
    expect(tries).toBeGreaterThan(2)
    return 'there'
  }, { intervalMs: 1 })
  expect(value).toBe('there')
  expect(tries).toBe(3)
})

test('says what never came true, with the last failure as the cause', async () => {
  const waiting = eventually(() => { throw new Error('still empty') }, { timeoutMs: 5, intervalMs: 1, what: 'the queue' })
  await expect(waiting).rejects.toMatchObject({
    code: 'TEST_NEVER_CAME_TRUE',
    message: expect.stringContaining('the queue did not come true in 5 ms') as string,
    cause: expect.objectContaining({ message: 'still empty' }) as Error,
  })
})

test('a false answer is not true yet', async () => {
  await expect(eventually(() => false, { timeoutMs: 5, intervalMs: 1 })).rejects.toThrow('did not come true')
})
