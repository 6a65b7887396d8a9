import { describe, expect, it } from 'vitest'
import { Rest } from './rest.ts'

function aRest(mostMs = 24) {
  let now = 1_000
  const rest = new Rest(mostMs, () => now)
  return {
    after: (ms: number) => (now += ms),
    arrived: () => rest.arrived(),
    before: (key: string) => rest.before(key),
    begins: (...keys: string[]) => rest.begins(keys),
  }
}

describe('a lane', () => {
  it('does not rest for what comes alone, nor for what follows it, however fast', () => {
    const lane = aRest()
    expect(lane.before('a')).toBe(0)
    for (const key of ['a', 'a', 'a', 'b', 'b', 'c']) {
      lane.begins(key)
      lane.after(3)
      expect(lane.before(key)).toBe(0)
    }
  })

  it('rests until its time since the last batch is over when several keys are under way', () => {
    const lane = aRest()
    lane.begins('a', 'b')
    lane.after(10)
    expect(lane.before('c')).toBe(14)
    lane.after(14)
    lane.begins('c')
    lane.after(30)
    expect(lane.before('d')).toBe(0)
  })

  it('forgets who was about a while ago', () => {
    const lane = aRest()
    lane.begins('a', 'b')
    lane.after(1_000)
    lane.begins('c')
    lane.after(2)
    expect(lane.before('d')).toBe(0)
  })

  it('rests less where nothing more comes, and as long as before where something does', () => {
    const lane = aRest()
    lane.begins('a', 'b')
    const rests: number[] = []
    const round = (arrivesAfter: number): void => {
      const ms = lane.before('x')
      rests.push(ms)
      lane.after(ms * arrivesAfter)
      lane.arrived()
      lane.after(ms * (1 - arrivesAfter))
      lane.begins('a', 'b')
    }
    for (let i = 0; i < 3; i++) round(0.1)
    for (let i = 0; i < 5; i++) round(0.9)
    expect(rests).toEqual([24, 12, 6, 3, 4.5, 6.75, 10.125, 15.1875])
    for (let i = 0; i < 9; i++) round(0.1)
    expect(rests.at(-1)).toBe(2)
  })

  it('never rests when it shall not', () => {
    const lane = aRest(0)
    lane.begins('a', 'b', 'c')
    expect(lane.before('d')).toBe(0)
  })
})
