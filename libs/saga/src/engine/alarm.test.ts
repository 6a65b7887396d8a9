import { expect, it, vi } from 'vitest'
import { Alarm } from './alarm.ts'

/** Milliseconds of the fake clock until the alarm goes. */
async function slept(alarm: Alarm, atMostMs: number, meanwhile: () => void = () => undefined): Promise<number> {
  const begin = performance.now()
  const sleep = alarm.sleep(atMostMs).then(() => performance.now() - begin)
  meanwhile()
  await vi.runAllTimersAsync()
  return sleep
}

it.each<[string, number, (alarm: Alarm) => void, (alarm: Alarm) => void]>([
  ['sleeps its poll when nothing is set', 1_000, () => undefined, () => undefined],
  ['wakes for a nearer timer that was set before', 52, alarm => alarm.set(50), () => undefined],
  ['wakes for a nearer timer that is set meanwhile', 52, () => undefined, alarm => alarm.set(50)],
  ['does not wait for a timer further away', 1_000, () => undefined, alarm => alarm.set(5_000)],
  ['wakes at once when rung', 0, () => undefined, alarm => alarm.ring()],
])('%s', async (_name, expectedMs, before, meanwhile) => {
  vi.useFakeTimers()
  try {
    const alarm = new Alarm()
    before(alarm)
    expect(Math.round(await slept(alarm, 1_000, () => meanwhile(alarm)))).toBe(expectedMs)
  } finally {
    vi.useRealTimers()
  }
})
