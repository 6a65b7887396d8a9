import { PersistenceError } from '@prep/persistence'
import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy, MessagingError, PermanentError, TransientError } from '../index.ts'
import { delayAfter, failureOf, isImmediate } from './failure.ts'

const half = (): number => 0.5
const plain = failureOf(new Error('x'))

describe('what is kept of an error', () => {
  it('has its code, class, message and first frame', () => {
    expect(failureOf(Object.assign(new TypeError('why'), { code: 'E_WHY' }))).toMatchObject({ code: 'E_WHY', errorClass: 'TypeError', message: 'why', permanent: false })
    expect(plain.frame).toMatch(/^libs\/messaging\/src\/inbox\/failure\.test\.ts/)
  })

  it('is storable and without addresses, whatever was thrown', () => {
    expect(failureOf('a\0b')).toMatchObject({ message: 'ab', code: 'MSG_HANDLER_FAILED', frame: null })
    expect(failureOf(new Error('to ada@example.org')).message).not.toContain('ada')
    expect(failureOf(undefined).errorClass).toBe('undefined')
    expect(failureOf(1n).message).toBe('1')
    expect(failureOf(new Error('x'.repeat(9_000))).message).toHaveLength(1_000)
  })

  it('is final for PermanentError and for what publishing refused', () => {
    expect(failureOf(new PermanentError('NEVER', 'x')).permanent).toBe(true)
    expect(failureOf(new MessagingError('MSG_CONTRACT_VIOLATED')).permanent).toBe(true)
    expect(failureOf(new TransientError('LATER', 'x')).permanent).toBe(false)
  })

  it('names a handler that took too long', () => {
    expect(failureOf(new PersistenceError('PERSISTENCE_TIMEOUT'))).toMatchObject({ code: 'MSG_HANDLER_TIMEOUT', slow: true })
  })
})

describe('the retry ladder', () => {
  it('tries at once, then ever later, then ends', () => {
    const delays = Array.from({ length: 19 }, (_, i) => delayAfter(defaultRetryPolicy, i + 1, plain, half))
    expect(delays.slice(0, 3)).toEqual([27.5, 27.5, 27.5])
    expect(delays.slice(3, 12)).toEqual([550, 1_100, 2_200, 5_500, 11_000, 33_000, 33_000, 33_000, 33_000])
    expect(delays[16]).toBe(33_000)
    expect(delays.slice(17)).toEqual([undefined, undefined])
  })

  it('keeps to what the handler asks for, and ends at once for a permanent error', () => {
    expect(delayAfter(defaultRetryPolicy, 1, failureOf(new TransientError('BUSY', 'x', { retryAfterMs: 7_000 })), half)).toBe(7_000)
    expect(delayAfter(defaultRetryPolicy, 1, failureOf(new PermanentError('NEVER', 'x')), half)).toBeUndefined()
  })

  it('does not keep a delivery waiting for a slow handler', () => {
    expect(isImmediate(defaultRetryPolicy, 1, plain)).toBe(true)
    expect(isImmediate(defaultRetryPolicy, 4, plain)).toBe(false)
    expect(isImmediate(defaultRetryPolicy, 1, failureOf(new PersistenceError('PERSISTENCE_TIMEOUT')))).toBe(false)
    expect(delayAfter(defaultRetryPolicy, 1, failureOf(new PersistenceError('PERSISTENCE_TIMEOUT')), half)).toBe(550)
  })
})
