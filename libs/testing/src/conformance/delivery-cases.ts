import { type MessageContext, PermanentError } from '@prep/messaging'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import { type ConformanceCase, Gate } from './case.ts'
import type { Room } from './room.ts'

const DAY_MS = 86_400_000
const CLOCK_MS = 5 * 60_000
const CONSUMER = 'booking/booking.hold-slot'

export const deliveryCases: readonly ConformanceCase[] = [
  {
    name: 'runs the handler once for an id that comes three times',
    run: async (room) => {
      const message = room.hold()
      await room.send(message, message, message)
      await room.sendAndWaitBehind(message)
      expect(room.runsOf(message)).toHaveLength(1)
      expect(await room.effectsOf([message])).toHaveLength(1)
      await room.answersTo([message])
    },
  },
  {
    name: 'lets outgoing messages leave once when the first attempt fails',
    run: async (room) => {
      const message = room.hold(failingOnce())
      await room.send(message)
      await room.handled([message])
      await room.sendAndWaitBehind(message)
      expect(room.runsOf(message)).toHaveLength(2)
      expect(await room.recordOf(message)).toMatchObject({ state: 'handled', error_code: null })
      expect(await room.effectsOf([message])).toHaveLength(1)
      await room.answersTo([message])
    },
  },
  {
    name: 'sends nothing twice when an acknowledgement is lost and the message comes again',
    run: async (room) => {
      const gate = new Gate()
      const message = room.hold(() => gate.opened)
      await room.send(message)
      await room.running(message)
      room.instance.link.cut()
      gate.open()
      await room.handled([message])
      room.instance.link.mend()
      await room.sendAndWaitBehind(message)
      expect(await room.effectsOf([message])).toHaveLength(1)
      await room.answersTo([message])
    },
  },
  {
    name: 'handles a message whose twin was inserted by a transaction that is then rolled back',
    run: async (room) => {
      const { message, end } = await twinInserted(room)
      await end(new Error('rolled back'))
      await room.handled([message])
      expect(await room.effectsOf([message])).toHaveLength(1)
      await room.answersTo([message])
    },
  },
  {
    name: 'runs nothing for a message whose twin was inserted by a transaction that is then committed',
    run: async (room) => {
      const { message, end } = await twinInserted(room)
      await end()
      await room.sendAndWaitBehind(message)
      expect(room.runsOf(message)).toEqual([])
      expect(await room.effectsOf([message])).toEqual([])
    },
  },
  { name: 'survives a deadlock between two lanes', run: deadlock },
  {
    name: 'keeps a poisoned message from good ones before and behind it in one batch',
    needs: ['bulk'],
    run: async (room) => {
      await room.instance.stop()
      await room.startInstance({ bulkAwaitMs: 200 })
      const subject = v7()
      const poison = async (): Promise<void> => { throw new PermanentError('HOLD_IMPOSSIBLE', 'It will never pass') }
      const messages = [1, 2, 3, 4, 5].map((number) => room.hold(number === 3 ? poison : undefined, { subject }))
      const good = messages.filter((_, index) => index !== 2)
      await room.send(...messages)
      await room.handled(good)
      await room.inState('dead', messages.slice(2, 3))
      expect(await room.recordOf(messages[2] as Held)).toMatchObject({ error_code: 'HOLD_IMPOSSIBLE' })
      expect(await room.effectsOf(messages)).toEqual(good.map(({ id }) => id))
      await room.answersTo(messages, 4)
      await room.instance.stop()
      await room.startInstance()
    },
  },
  {
    name: 'records a dead letter whose announcement cannot be published, and goes on',
    run: async (room) => {
      await room.database.query(`alter table outbox add constraint no_announcements check (payload not like '%deadletter.recorded%') not valid`)
      try {
        const message = room.hold(async () => { throw new PermanentError('HOLD_IMPOSSIBLE', 'It will never pass') })
        await room.send(message)
        await room.inState('dead', [message])
        await room.sendAndWaitBehind(message)
        expect(await room.effectsOf([message])).toEqual([])
      } finally {
        await room.database.query('alter table outbox drop constraint no_announcements')
      }
    },
  },
  {
    name: 'knows duplicates on both sides of midnight',
    run: async (room) => {
      const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS
      const subject = v7()
      const [before, after] = [midnight - 1, midnight].map((msecs) => room.hold(undefined, { subject, id: v7({ msecs }) })) as [Held, Held]
      await room.send(before, after, before, after, before)
      await room.sendAndWaitBehind(before)
      expect(await room.effectsOf([before, after])).toEqual([before.id, after.id])
      const days = await room.database.query(`select distinct tableoid from inbox where event_id = any($1::uuid[])`, [[before.id, after.id]])
      expect(days).toHaveLength(2)
    },
  },
  {
    name: 'takes messages of publishers whose clocks are 5 minutes off, once and in the order of their arrival',
    run: async (room) => {
      const subject = v7()
      const messages = [CLOCK_MS, -CLOCK_MS, 0].map((off) => room.hold(undefined, { subject, id: v7({ msecs: Date.now() + off }) }))
      await room.send(...messages, ...messages)
      await room.sendAndWaitBehind(messages[0] as Held)
      expect(await room.effectsOf(messages)).toEqual(messages.map(({ id }) => id))
      await room.answersTo(messages)
    },
  },
]

type Held = ReturnType<Room['hold']>
type Tx = MessageContext['tx']

function failingOnce(): () => Promise<void> {
  let runs = 0
  return async () => { if (runs++ === 0) throw new Error('the first time') }
}

/** A message on its way into the inbox, where another transaction has put its id already and not ended yet. */
async function twinInserted(room: Room): Promise<{ message: Held, end: (error?: Error) => Promise<unknown> }> {
  const message = room.hold()
  const [inserted, ended] = [new Gate(), new Gate()]
  let error: Error | undefined
  const other = room.instance.database.transaction(async (tx) => {
    await tx.query(
      `insert into inbox (consumer, event_id, event_type, partition_key, state, attempts, handled_at) values ($1, $2, $3, $4, 'handled', 1, now())`,
      [CONSUMER, message.id, message.type, message.partitionkey])
    inserted.open()
    await ended.opened
    if (error) throw error
  }).catch((reason: unknown) => reason)
  await inserted.opened
  await room.send(message)
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await eventually(async () => expect(await room.database.query(waiting)).not.toEqual([]), { timeoutMs: 30_000 })
  const end = (reason?: Error): Promise<unknown> => {
    error = reason
    ended.open()
    return other
  }
  return { message, end }
}

/** Two messages at work at once, each of which wants the row that the other has. */
async function deadlock(room: Room): Promise<void> {
  await room.instance.stop()
  await room.startInstance({ lanes: 2 })
  const subjects = await keysAtWorkTogether(room)
  const rows = await room.database.query<{ id: string }>(`insert into effects (event_id, note) values (gen_random_uuid(), 'a'), (gen_random_uuid(), 'b') returning id`)
  const ids = rows.map(({ id }) => id) as [string, string]
  const take = (tx: Tx, id: string) => tx.query('update effects set note = note || $2 where id = $1', [id, '+'])
  const met = new Gate()
  let arrived = 0
  const inOrder = (first: string, second: string) => async ({ tx }: MessageContext): Promise<void> => {
    await take(tx, first)
    if (++arrived === 2) met.open()
    await met.opened
    await take(tx, second)
  }
  const messages = [room.hold(inOrder(ids[0], ids[1]), { subject: subjects[0] }), room.hold(inOrder(ids[1], ids[0]), { subject: subjects[1] })]
  await room.send(...messages)
  await room.handled(messages)
  expect(messages.flatMap((message) => room.runsOf(message)).length).toBeGreaterThan(2)
  const notes = await room.database.query<{ note: string }>('select note from effects where id = any($1::bigint[]) order by id', [ids])
  expect(notes.map(({ note }) => note)).toEqual(['a++', 'b++'])
  await room.answersTo(messages)
  await room.instance.stop()
  await room.startInstance()
}

/** Two keys that neither the broker nor the lanes put behind each other, nor into one transaction. */
async function keysAtWorkTogether(room: Room): Promise<[string, string]> {
  for (;;) {
    const gate = new Gate()
    const connections = new Set<unknown>()
    const wait = async ({ tx }: MessageContext): Promise<void> => {
      connections.add((await tx.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid)
      await gate.opened
    }
    const [one, two] = [room.hold(wait), room.hold(wait)]
    await room.send(one, two)
    const areTogether = await eventually(() => connections.size === 2, { timeoutMs: 1_500 }).catch(() => false)
    gate.open()
    await room.handled([one, two])
    if (areTogether) return [one.subject, two.subject]
  }
}
