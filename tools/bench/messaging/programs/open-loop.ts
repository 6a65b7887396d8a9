import { setTimeout as pause } from 'node:timers/promises'

export interface LoopResult {
  readonly asked: number
  readonly failed: number
  /** From the first start until the last end, in seconds. */
  readonly seconds: number
}

const TICK_MS = 5
/** Beyond this many at work nothing new is begun: the driver's queue would only grow. The rate is then not kept, which shows. */
const AT_WORK = 2_000

/** Begins `work` so many times a second, whether or not the ones before have ended. */
export async function openLoop({ rate, seconds }: { rate: number, seconds: number }, work: () => Promise<unknown>): Promise<LoopResult> {
  const begun = performance.now()
  const total = Math.round(rate * seconds)
  let [asked, failed] = [0, 0]
  const atWork = new Set<Promise<unknown>>()
  while (asked < total && performance.now() - begun < seconds * 1_000 * 3) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * rate) + 1)
    while (asked < due && atWork.size < AT_WORK) {
      asked++
      const one: Promise<unknown> = work().catch(() => failed++).finally(() => atWork.delete(one))
      atWork.add(one)
    }
    await pause(TICK_MS)
  }
  await Promise.all(atWork)
  return { asked, failed, seconds: (performance.now() - begun) / 1_000 }
}
