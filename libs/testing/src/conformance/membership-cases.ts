import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import { type ConformanceCase, Gate } from './case.ts'
import type { Room } from './room.ts'

export const membershipCases: readonly ConformanceCase[] = [
  {
    name: 'loses and doubles nothing when an instance is closed twice at once under load',
    run: async (room) => {
      const messages = many(room, 60)
      await room.send(...messages)
      await eventually(() => messages.some((message) => room.runsOf(message).length > 0), { timeoutMs: 30_000 })
      await room.instance.stop(2)
      await room.startInstance()
      await room.handled(messages)
      await onceEach(room, messages)
    },
  },
  {
    name: 'loses and doubles nothing when a second instance joins in mid-batch, and when it leaves',
    needs: ['rebalance'],
    run: async (room) => {
      const gate = new Gate()
      const waiting = many(room, 40, () => gate.opened)
      await room.send(...waiting)
      await eventually(() => waiting.some((message) => room.runsOf(message).length > 0), { timeoutMs: 30_000 })
      const second = await room.startInstance()
      gate.open()
      const shared: Messages = []
      await eventually(async () => {
        const messages = many(room, 12)
        shared.push(...messages)
        await room.send(...messages)
        await room.handled(messages)
        expect(messages.some((message) => room.runsOf(message).some(({ instance }) => instance === second.name))).toBe(true)
      }, { timeoutMs: 90_000, what: 'the second instance has its share' })
      const last = many(room, 40)
      await room.send(...last)
      await second.stop()
      await room.handled([...waiting, ...shared, ...last])
      await onceEach(room, [...waiting, ...shared, ...last])
    },
  },
]

type Messages = ReturnType<Room['hold']>[]

function many(room: Room, count: number, part?: () => Promise<void>): Messages {
  return Array.from({ length: count }, () => room.hold(part))
}

async function onceEach(room: Room, messages: Messages): Promise<void> {
  const effects = await room.effectsOf(messages)
  expect([...effects].sort()).toEqual(messages.map(({ id }) => id).sort())
  await room.answersTo(messages)
}
