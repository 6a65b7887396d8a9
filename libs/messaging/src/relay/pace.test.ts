import { describe, expect, it } from 'vitest'
import { Pace } from './pace.ts'

const ROUND_TRIP_MS = 3

interface Figures {
  /** Rows of a bulk, on average, once it runs. */
  readonly rows: number
  /** The longest that any row waited, in ms. */
  readonly latestMs: number
}

/** A topic on which `keys` keys get a row each in turn, so many a second in all, for five seconds on a clock of its own. */
function run(pace: Pace, rowsASecond: number, keys: number): Figures {
  const waiting: Array<{ key: number; at: number }> = []
  const bulks: number[] = []
  let [came, latestMs] = [0, 0]
  for (let now = 0; now < 5_000; now += ROUND_TRIP_MS) {
    now += pace.waitMs(now)
    while ((came * 1_000) / rowsASecond <= now) waiting.push({ key: came % keys, at: (came++ * 1_000) / rowsASecond })
    const bulk = waiting.filter(({ key }, i) => waiting.findIndex(row => row.key === key) === i)
    if (bulk.length === 0) continue
    for (const row of bulk) {
      waiting.splice(waiting.indexOf(row), 1)
      latestMs = Math.max(latestMs, now - row.at)
    }
    pace.begin(bulk.length, waiting.length, now)
    if (now > 1_000) bulks.push(bulk.length)
  }
  return { rows: bulks.reduce((sum, rows) => sum + rows, 0) / bulks.length, latestMs }
}

describe('the pace of a topic', () => {
  it('lets nothing wait at two hundred rows a second', () => {
    const pace = new Pace(20)
    expect(run(pace, 200, 1_000).latestMs).toBeLessThanOrEqual(ROUND_TRIP_MS)
    expect(pace.waitMs(5_100)).toBe(0)
  })

  it('gathers where much is sent, no longer than it may and no more than is worth it', () => {
    const busy = run(new Pace(20), 2_000, 1_000)
    expect(busy.rows).toBeGreaterThan(35)
    expect(busy.latestMs).toBeLessThanOrEqual(20 + ROUND_TRIP_MS)
    expect(run(new Pace(20), 10_000, 1_000).rows).toBeLessThan(100)
  })

  it('sends the first of a burst at once, and forgets the burst', () => {
    const pace = new Pace(20)
    expect(pace.waitMs(0)).toBe(0)
    pace.begin(150, 0, 0)
    expect(pace.waitMs(1)).toBeGreaterThan(0)
    expect(pace.waitMs(30)).toBe(0)
    pace.begin(1, 0, 1_000)
    expect(pace.waitMs(1_000)).toBe(0)
  })

  it('does not keep a few keys with much to say from saying it', () => {
    // Three keys at 200 a second each: at one row a key every 20 ms they would fall behind without end.
    expect(run(new Pace(20), 600, 3).latestMs).toBeLessThan(100)
  })

  it('is off at 0', () => {
    expect(run(new Pace(0), 2_000, 1_000).latestMs).toBeLessThanOrEqual(ROUND_TRIP_MS)
  })
})
