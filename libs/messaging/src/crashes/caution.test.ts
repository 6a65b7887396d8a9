import { describe, expect, it } from 'vitest'
import { Caution } from './caution.ts'

describe('caution', () => {
  it('is not needed at first, stores and runs singly after a crash, then runs what was stored singly', () => {
    const caution = new Caution()
    const seen = () => [caution.records, caution.runsSingly, caution.isNeeded]
    expect(seen()).toEqual([false, false, false])
    caution.record()
    expect(seen()).toEqual([true, true, true])
    caution.cleared()
    expect(seen()).toEqual([true, true, true])
    caution.clear()
    expect(seen()).toEqual([false, true, true])
    caution.cleared()
    expect(seen()).toEqual([false, false, false])
  })

  it('lets a suspect run when all that began has ended, and nothing begin until it is over', async () => {
    const caution = new Caution()
    const steps: string[] = []
    expect(caution.begin()).toBe(true)
    caution.beginMore()
    const alone = caution.alone(async () => {
      steps.push('alone')
      expect(caution.begin()).toBe(false)
      await Promise.resolve()
    })
    expect(caution.begin()).toBe(false)
    expect(caution.records).toBe(true)
    caution.end()
    await Promise.resolve()
    expect(steps).toEqual([])
    caution.end()
    await alone
    expect(steps).toEqual(['alone'])
    expect(caution.begin()).toBe(true)
    expect(caution.records).toBe(false)
  })

  it('ends being alone also when the work fails', async () => {
    const caution = new Caution()
    await expect(caution.alone(() => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(caution.begin()).toBe(true)
  })
})
