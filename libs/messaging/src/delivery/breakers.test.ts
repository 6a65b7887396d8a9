import { beforeEach, describe, expect, it } from 'vitest'
import { Breakers } from './breakers.ts'

const transient = { permanent: false, code: 'PROVIDER_AWAY' }
let now = 0
let breakers: Breakers

beforeEach(() => {
  now = 0
  breakers = new Breakers(3, () => now)
})

const fail = (consumer: string, ...ids: string[]) => { for (const id of ids) breakers.failed(consumer, id, transient) }

describe('a breaker', () => {
  it('opens when so many messages in a row fail, for that handler only', () => {
    fail('a', '1', '2')
    expect(breakers.isOpen('a')).toBe(false)
    fail('a', '3')
    expect(breakers.isOpen('a')).toBe(true)
    expect(breakers.isOpen('b')).toBe(false)
    expect(breakers.closed(['a', 'b'])).toEqual(['b'])
    expect(() => { breakers.mustBeClosed('a') }).toThrow(expect.objectContaining({ code: 'MSG_BREAKER_OPEN' }))
  })

  it('does not open for one message that fails often, after a success in between, or for what will never pass', () => {
    fail('a', '1', '1', '1', '1')
    fail('a', '2')
    breakers.handled('a')
    fail('a', '3', '4')
    for (const id of ['5', '6', '7']) breakers.failed('a', id, { permanent: true, code: 'NEVER' })
    expect(breakers.isOpen('a')).toBe(false)
  })

  it('lets one message at a time probe, ever less often, and closes when one is handled', () => {
    fail('a', '1', '2', '3')
    expect(breakers.takeProbes(['a', 'b'])).toEqual([])
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      now += waitMs - 1
      expect(breakers.takeProbes(['a'])).toEqual([])
      now += 1
      expect(breakers.takeProbes(['a'])).toEqual(['a'])
      expect(breakers.takeProbes(['a'])).toEqual([])
      fail('a', 'probe')
      breakers.returnProbes(['a'])
    }
    breakers.handled('a')
    expect(breakers.isOpen('a')).toBe(false)
    fail('a', '1', '2')
    expect(breakers.isOpen('a')).toBe(false)
  })

  it('gives back a probe for which there was no message', () => {
    fail('a', '1', '2', '3')
    now = 1_000
    breakers.returnProbes(breakers.takeProbes(['a']))
    expect(breakers.takeProbes(['a'])).toEqual(['a'])
  })
})
