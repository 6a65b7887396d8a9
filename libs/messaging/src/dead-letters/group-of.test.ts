import { describe, expect, it } from 'vitest'
import { groupOf } from './group-of.ts'

const failure = { code: 'CARD_AWAY', errorClass: 'TransientError', frame: 'authorize (apps/payment/src/card.ts:12:5)' }
const group = groupOf('payment/payment.authorize', failure)

describe('a group', () => {
  it('is 12 hex digits, the same in every process and release', () => {
    expect(group).toBe('cfe8262f3670')
  })

  it.each([
    ['consumer', 'payment/payment.capture', failure],
    ['code', 'payment/payment.authorize', { ...failure, code: 'CARD_LOST' }],
    ['class', 'payment/payment.authorize', { ...failure, errorClass: 'TypeError' }],
    ['frame', 'payment/payment.authorize', { ...failure, frame: 'capture (apps/payment/src/card.ts:12:5)' }],
    ['missing frame', 'payment/payment.authorize', { ...failure, frame: null }],
  ])('differs by %s', (_what, consumer, other) => {
    expect(groupOf(consumer, other)).not.toBe(group)
  })

  it('outlives a deployment that moved the code', () => {
    expect(groupOf('payment/payment.authorize', { ...failure, frame: 'authorize (apps/payment/src/card.ts:90:11)' })).toBe(group)
    const anonymous = (line: string) => groupOf('a/b', { ...failure, frame: `apps/payment/src/card.ts:${line}` })
    expect(anonymous('3:4')).toBe(anonymous('5:6'))
  })
})
