import { expect, it } from 'vitest'
import { ProgressBell } from './progress-bell.ts'

it('wakes who waits for this booking, nobody else', async () => {
  const bell = new ProgressBell()
  const [mine, other] = [bell.listen('mine'), bell.listen('other')]
  const [woken, not] = [mine.wait(5_000), other.wait(1)]
  bell.ring('mine')
  expect(await woken).toBe(true)
  expect(await not).toBe(false)
})

it('remembers a ring between two waits, once', async () => {
  const bell = new ProgressBell()
  const ear = bell.listen('b')
  bell.ring('b')
  bell.ring('b')
  expect(await ear.wait(5_000)).toBe(true)
  expect(await ear.wait(1)).toBe(false)
})

it('forgets who closed, and wakes all when the process stops', async () => {
  const bell = new ProgressBell()
  const [gone, here] = [bell.listen('b'), bell.listen('b')]
  gone.close()
  expect(bell.listeners).toBe(1)
  const woken = here.wait(5_000)
  bell.onModuleDestroy()
  expect(await woken).toBe(true)
  expect(bell.closed).toBe(true)
  here.close()
  expect(bell.listeners).toBe(0)
})
