import { describe, expect, it } from 'vitest'
import { SagaError } from '../errors.ts'
import { checkDefinition } from './check-definition.ts'
import { saga, type SagaDefinition } from './definition.ts'
import { drawSaga } from './draw-saga.ts'
import { type Duration, durationMs, durationText } from './duration.ts'
import { longestWaitBeforePivot } from './longest-wait.ts'
import { command, event, type OrderState, orderSaga } from './order.fixture.ts'
import { attempts, send, undo, until, when } from './parts.ts'
import { SagaRegistry } from './registry.ts'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof SagaError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'nothing thrown'
}

describe('durations', () => {
  it.each([['500ms', 500], ['30s', 30_000], ['5m', 300_000], ['72h', 259_200_000], ['7d', 604_800_000]] as const)('%s is %i ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })

  it.each(['', '30', 's', '1.5s', '-1s', '30 s'])("'%s' is refused", text => {
    expect(codeOf(() => durationMs(text as Duration))).toMatch(/^SAGA_DURATION_INVALID/)
  })

  it.each([[30_000, '30 s'], [60_000, '1 min'], [259_200_000, '72 h'], [1_500, '1500 ms']] as const)('%i ms reads as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})

describe('a definition', () => {
  it('that works is taken', () => expect(() => checkDefinition(orderSaga)).not.toThrow())

  it('can wait so long before its pivot: attempts, what answers may ask for, and the pivot itself', () => {
    expect(longestWaitBeforePivot(orderSaga)).toBe(3 * 10_000 + 2 * 3_600_000 + 20_000)
  })

  it('is not changed by the steps added to it', () => {
    const more = orderSaga.step('thank', { invoke: send(command('thank'), ({ orderId }) => ({ orderId })), timeout: '1s', onReply: [when(event('thanked'))] })
    expect([orderSaga.steps.length, more.steps.length]).toEqual([3, 4])
  })

  const begun = saga<OrderState>('order', 1).startedBy(event('ordered'), { key: ({ orderId }) => orderId, state: () => ({ orderId: '', shipBy: '' }) })
  const doIt = send<OrderState, { orderId: string }>(command('do'), ({ orderId }) => ({ orderId }))
  const undoIt = undo<OrderState, { orderId: string }>(command('undo'), ({ orderId }) => ({ orderId }), { answeredBy: event('undone') })
  const done = when<OrderState, { orderId: string }>(event('done'))
  const works = { invoke: doIt, timeout: '1s', onReply: [done] } as const

  it.each<[string, SagaDefinition<OrderState>]>([
    ['no event starts it', saga<OrderState>('order', 1).step('a', works)],
    ['it has no steps', begun],
    ['not in kebab-case', begun.step('A step', works)],
    ['not a whole number', saga<OrderState>('order', 0)],
    ['is there twice', begun.step('a', works).step('a', works)],
    ['more than one pivot', begun.step('a', { ...works, pivot: 'when accepted' }).step('b', { ...works, pivot: 'when accepted' })],
    ['never be undone', begun.step('a', { ...works, pivot: 'when accepted' }).step('b', { ...works, compensate: undoIt })],
    ['before it the longest wait must be known', begun.step('a', { ...works, retry: until(() => new Date()) })],
    ['its retry makes no attempt', begun.step('a', { ...works, retry: attempts(0) })],
    ['neither does nor undoes', begun.step('a', {})],
    ['it sends nothing', begun.step('a', { compensate: undoIt, timeout: '1s' })],
    ['it has no timeout', begun.step('a', { invoke: doIt, onReply: [done] })],
    ['no answer lets it go on', begun.step('a', { invoke: doIt, timeout: '1s' })],
    ['one answer has two meanings', begun.step('a', { ...works, onReply: [done, done] })],
    ['which is not a command', begun.step('a', { ...works, invoke: send(event('ordered'), ({ orderId }: OrderState) => ({ orderId })) })],
    ['is not an event', begun.step('a', { ...works, onReply: [when(command('do'))] })],
    ['its undo makes no attempt', begun.step('a', { ...works, compensate: { ...undoIt, attempts: 0 } })],
    ['no answer ends its undo', begun.step('a', { ...works, compensate: { ...undoIt, answeredBy: [] } })],
  ])('is refused when %s', (problem, definition) => {
    const told = codeOf(() => checkDefinition(definition))
    expect(told).toMatch(/^SAGA_DEFINITION_INVALID/)
    expect(told).toContain(problem)
  })

  it('tells all its problems at once', () => {
    const told = codeOf(() => checkDefinition(saga<OrderState>('Order', 0).step('a', {})))
    for (const problem of ['kebab-case', 'whole number', 'no event starts it', 'neither does nor undoes']) expect(told).toContain(problem)
  })

  it('draws itself', () => {
    expect(drawSaga(orderSaga).split('\n')).toEqual([
      'flowchart TD',
      '  start(["shop.ordered.v1"]) --> reserve',
      '  reserve["reserve<br/>shop.reserve.v1<br/>asks up to 3 times, 10 s each"]',
      '  reserve -->|"shop.reserved.v1"| pay',
      '  reserve -->|"shop.back-ordered.v1, at most 2 h"| reserve',
      '  reserve -.->|"shop.sold-out.v1"| compensated',
      '  reserve -.->|"no answer"| undo_reserve',
      '  pay["pay (pivot)<br/>shop.pay.v1<br/>within 20 s"]',
      '  pay -->|"shop.paid.v1"| ship',
      '  pay -.->|"shop.unpaid.v1"| undo_reserve',
      '  pay -.->|"no answer"| attention',
      '  ship["ship<br/>shop.ship.v1<br/>asks again after 1 h, until a deadline"]',
      '  ship -->|"shop.shipped.v1"| completed',
      '  ship -.->|"no answer"| attention',
      '  undo_reserve["undo reserve<br/>shop.free.v1"]',
      '  undo_reserve -->|"shop.freed.v1"| compensated',
      '  completed([completed])',
      '  compensated([compensated])',
      '  attention([needs-attention])',
    ])
  })
})

describe('the registry', () => {
  const second = saga<OrderState>('order', 2).startedBy(event('ordered'), { key: ({ orderId }) => orderId, state: () => ({ orderId: '', shipBy: '' }) })
    .step('a', { invoke: send(command('do'), ({ orderId }) => ({ orderId })), timeout: '1s', onReply: [when(event('done'))] })
  const registry = new SagaRegistry([orderSaga, second])

  it('starts the newest version and keeps the others for who runs them', () => {
    expect(registry.startedBy('shop.ordered.v1')).toEqual([second])
    expect(registry.definition('order', 1)).toBe(orderSaga)
  })

  it('hears each contract once', () => {
    const types = registry.contracts().map(({ type }) => type)
    expect(new Set(types).size).toBe(types.length)
    expect(types).toEqual(expect.arrayContaining(['shop.ordered.v1', 'shop.reserved.v1', 'shop.back-ordered.v1', 'shop.freed.v1', 'shop.done.v1']))
    expect([registry.isAnswer('shop.freed.v1'), registry.isAnswer('shop.ordered.v1')]).toEqual([true, false])
  })

  it('says which version is missing, and refuses the same one twice', () => {
    expect(codeOf(() => registry.definition('order', 3))).toMatch(/^SAGA_DEFINITION_UNKNOWN.* knows 1, 2/)
    expect(codeOf(() => new SagaRegistry([orderSaga, orderSaga]))).toMatch(/^SAGA_DEFINITION_DUPLICATE/)
  })
})
