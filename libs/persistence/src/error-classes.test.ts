import { describe, expect, it } from 'vitest'
import { isRetryable, isUnavailable, PersistenceError, sqlStateOf } from './index.ts'

const coded = (code: string, more = {}) => Object.assign(new Error('x'), { code, ...more })

describe('the database counts as away', () => {
  it.each([
    ['our own verdict', new PersistenceError('PERSISTENCE_UNAVAILABLE')],
    ['no free connection in time', new PersistenceError('PERSISTENCE_POOL_EXHAUSTED')],
    ['admin shutdown', coded('57P01')],
    ['starting up', coded('57P03')],
    ['too many connections', coded('53300')],
    ['a connection exception', coded('08006')],
    ['a socket that was reset', coded('ECONNRESET', { syscall: 'read' })],
    ["the driver's broken connection", new Error('Connection terminated unexpectedly')],
    ["the driver's refusal after that", new Error('Client has encountered a connection error and is not queryable')],
    ['the same, wrapped by TypeORM', Object.assign(new Error('x'), { driverError: coded('57P01') })],
  ])('for %s', (_what, error) => expect(isUnavailable(error)).toBe(true))

  it.each([
    ['a constraint', coded('23505')],
    ['a deadlock', coded('40P01')],
    ['a transaction that took too long', new PersistenceError('PERSISTENCE_TIMEOUT')],
    ['an error of the application', new Error('no')],
    ['a string', 'Connection terminated'],
    ['nothing', undefined],
  ])('but not for %s', (_what, error) => expect(isUnavailable(error)).toBe(false))
})

it('only deadlocks and serialization failures are worth the same transaction again', () => {
  expect(isRetryable(coded('40P01'))).toBe(true)
  expect(isRetryable(Object.assign(new Error('x'), { driverError: coded('40001') }))).toBe(true)
  expect(isRetryable(coded('23505'))).toBe(false)
  expect(sqlStateOf(coded('23P01'))).toBe('23P01')
  expect(sqlStateOf(coded('ECONNRESET'))).toBeUndefined()
})
