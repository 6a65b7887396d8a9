import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bookingSaga } from './booking.saga.ts'
import { type Fate, World } from './booking.world.fixture.ts'

const fates: fc.Arbitrary<Fate> = fc.record({
  slot: fc.constantFrom('held', 'held', 'held', 'taken'),
  compliance: fc.constantFrom('approved', 'approved', 'approved', 'rejected', 'reviewed', 'silent'),
  card: fc.constantFrom('authorized', 'authorized', 'declined', 'unknown but reserved'),
  confirm: fc.constantFrom('confirmed', 'confirmed', 'expired'),
  capture: fc.constantFrom('captured', 'captured', 'failed'),
})
const tapes = fc.array(fc.nat({ max: 1_000 }), { maxLength: 120 })

function anyWorld(check: (world: World, fate: Fate) => void): void {
  fc.assert(
    fc.property(fates, tapes, (fate, tape) => {
      const world = new World(fate)
      world.run(tape)
      check(world, fate)
    }),
    { numRuns: 1_500 },
  )
}

describe('however messages and timers are delayed, reordered and repeated', () => {
  it('every booking ends in one of the three outcomes, and then nothing is left to wait for', () => {
    anyWorld(({ instance, endings, isQuiet }) => {
      expect(isQuiet).toBe(true)
      expect(['completed', 'compensated', 'needs-attention']).toContain(instance.status)
      expect(endings.at(-1)?.outcome).toBe(instance.status)
    })
  })

  it('a booking that is undone leaves nothing held, reserved, confirmed or captured, and is rejected', () => {
    anyWorld(({ instance, effects }) => {
      if (instance.status !== 'compensated') return
      expect(effects).toEqual({ slotHeld: false, reserved: false, confirmed: false, rejected: true, captured: false })
    })
  })

  it('a booking that completes is held, confirmed and captured, and never was rejected', () => {
    anyWorld(({ instance, effects }) => {
      if (instance.status !== 'completed') return
      expect(effects).toMatchObject({ slotHeld: true, confirmed: true, rejected: false, captured: true })
    })
  })

  it('a person is called only for a capture that failed', () => {
    anyWorld(({ instance }, fate) => {
      if (instance.status === 'needs-attention') expect([instance.failure?.step, fate.capture]).toEqual(['capture', 'failed'])
    })
  })

  it('every command sent before the pivot is undone when the booking is, unless it is known to have had no effect', () => {
    anyWorld(({ instance, commands }) => {
      if (instance.status !== 'compensated') return
      for (const { step } of commands.filter(({ action }) => action === 'do')) {
        const canBeUndone = bookingSaga.steps.find(({ name }) => name === step)?.compensate !== undefined
        const status = instance.steps.find(record => record.step === step)?.status
        if (canBeUndone) expect([step, status]).toEqual([step, expect.stringMatching(/^(undone|refused)$/)])
      }
    })
  })

  it('money is captured only for a confirmed booking', () => {
    anyWorld(({ effects }) => {
      if (effects.captured) expect(effects.confirmed).toBe(true)
    })
  })
})
