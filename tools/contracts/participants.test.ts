import { describe, expect, it } from 'vitest'
import { readCatalogue } from './catalogue.ts'
import { usesOf } from './participants.ts'

const names = new Map([['HoldSlotV1', {}], ['SlotHeldV1', {}], ['SlotTakenV1', {}]])

function uses(text: string): { publishes: string[], subscribes: string[] } {
  const { publishes, subscribes } = usesOf(`import { HoldSlotV1, SlotHeldV1, type SlotHeldV1Data, SlotTakenV1 } from '@prep/contracts'\n${text}`, names)
  return { publishes: [...publishes], subscribes: [...subscribes] }
}

describe('a source file', () => {
  it.each([
    ['@Subscribe(HoldSlotV1) handle() {}', 'class A { %s }'],
    ["@Subscribe(HoldSlotV1, { effects: 'external' }) handle() {}", 'class A { %s }'],
    ["saga('booking', 1).startedBy(HoldSlotV1, {})", '%s'],
    ['when(HoldSlotV1, keep)', '%s'],
    ['({ onRejected: [whenRefused(HoldSlotV1, why)] })', '%s'],
    ["waitFor(HoldSlotV1, '72h')", '%s'],
    ['undo(other, data, { answeredBy: HoldSlotV1 })', '%s'],
    ['undo(other, data, { answeredBy: [HoldSlotV1] })', '%s'],
  ])('handles what it subscribes to: %s', (text, around) => {
    expect(uses(around.replace('%s', text))).toEqual({ publishes: [], subscribes: ['HoldSlotV1'] })
  })

  it.each([
    'outbox.publish(tx, SlotHeldV1, message)', 'outbox.publishAll(tx, [[SlotHeldV1, message]])', 'say(SlotHeldV1, payment, data)', 'send(SlotHeldV1, data)',
    'const contract = isFree ? SlotHeldV1 : other', 'undo(SlotHeldV1, data, {})',
  ])('publishes what else it names: %s', (text) => {
    expect(uses(text)).toEqual({ publishes: ['SlotHeldV1'], subscribes: [] })
  })

  it('does neither by naming a type, or by looking at what it handles', () => {
    expect(uses('const data: DataOf<typeof SlotHeldV1> = it; const more: SlotHeldV1Data[] = []')).toEqual({ publishes: [], subscribes: [] })
    expect(uses('class A { @Subscribe(SlotHeldV1) handle() { log(progressEntry(SlotHeldV1)) } }')).toEqual({ publishes: [], subscribes: ['SlotHeldV1'] })
  })

  it('may do both', () => {
    expect(uses('class A { @Subscribe(HoldSlotV1) handle() { answer(free ? SlotHeldV1 : SlotTakenV1) } }')).toEqual({ publishes: ['SlotHeldV1', 'SlotTakenV1'], subscribes: ['HoldSlotV1'] })
  })
})

it('the services of this repository are found as they are', async () => {
  const catalogue = new Map((await readCatalogue(`${import.meta.dirname}/../..`)).map((entry) => [entry.type, entry]))
  expect(catalogue.get('booking.slot-held.v1')).toMatchObject({ publishers: ['booking'], subscribers: ['booking', 'task-orchestrator'] })
  expect(catalogue.get('payment.authorize.v1')).toMatchObject({ publishers: ['task-orchestrator'], subscribers: ['payment'] })
  expect(catalogue.get('payment.declined.v1')).toMatchObject({ publishers: ['payment'] })
  expect(catalogue.get('orchestration.saga-ended.v1')).toMatchObject({ publishers: ['task-orchestrator'], subscribers: ['booking'] })
  expect(catalogue.get('payment.refund.v1')).toMatchObject({ publishers: [], subscribers: ['payment'], unpublished: expect.stringContaining('Nobody sends it yet') })
})
