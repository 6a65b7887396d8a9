import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLogger, currentContext, NestLogger, runInContext } from './index.ts'

function listen(level = 'trace') {
  const lines: Array<Record<string, unknown>> = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n').filter(Boolean)) lines.push(JSON.parse(line) as Record<string, unknown>)
      done()
    },
  })
  return { lines, log: createLogger('booking', { level, destination }) }
}

describe('a log line', () => {
  it('is JSON with an ISO time, the level as a word, the service and the message', () => {
    const { lines, log } = listen()
    log.info('booking requested')
    expect(lines[0]).toMatchObject({ level: 'info', service: 'booking', msg: 'booking requested' })
    expect(new Date(lines[0]?.['time'] as string).toISOString()).toBe(lines[0]?.['time'])
  })

  it('carries the ids of the work that it is part of, across awaits', async () => {
    const { lines, log } = listen()
    await runInContext({ correlationId: 'c-1', requestId: 'r-1', messageId: 'm-1', sagaStep: 'hold-slot' }, async () => {
      await new Promise(setImmediate)
      log.info('inside')
    })
    log.info('outside')
    expect(lines[0]).toMatchObject({ correlation_id: 'c-1', request_id: 'r-1', message_id: 'm-1', saga_step: 'hold-slot' })
    expect(lines[1]).not.toHaveProperty('correlation_id')
    expect(currentContext()).toBeUndefined()
  })

  it('never shows a customer, at any depth, nor an email address in running text', () => {
    const { lines, log } = listen()
    log.warn({ booking: { customer: { name: 'Ada Byron', email: 'ada@example.org' } }, recipients: [{ customer_email: 'x' }] }, 'mail to ada@example.org failed')
    const line = JSON.stringify(lines[0])
    expect(line).not.toMatch(/Ada|example\.org/)
    expect(lines[0]?.['booking']).toEqual({ customer: '[personal]' })
    expect(lines[0]?.['msg']).toBe('mail to [personal] failed')
  })

  it('shows of an error its class, code, stack and cause, and nothing that a driver hangs on it', () => {
    const { lines, log } = listen()
    const error = Object.assign(new Error('insert failed', { cause: new TypeError('why') }), { code: '23505', parameters: ['Ada'], detail: 'Key (name)=(Ada)' })
    log.error({ err: error }, 'not stored')
    expect(lines[0]?.['err']).toMatchObject({ type: 'Error', message: 'insert failed', code: '23505', cause: { type: 'TypeError', message: 'why' } })
    expect(JSON.stringify(lines[0])).not.toContain('Ada')
  })

  it('takes an unknown LOG_LEVEL as info', () => {
    const { lines, log } = listen('loud')
    log.debug('no')
    log.info('yes')
    expect(lines.map(line => line['msg'])).toEqual(['yes'])
  })
})

describe('the Nest logger', () => {
  it('writes the same lines, with the class as context and the error as err', () => {
    const { lines, log } = listen()
    new NestLogger(log).error(new Error('boom'), 'RoutesResolver')
    expect(lines[0]).toMatchObject({ level: 'error', msg: 'boom', context: 'RoutesResolver', err: { message: 'boom' } })
  })
})
