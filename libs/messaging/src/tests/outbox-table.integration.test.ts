import { writeFileSync } from 'node:fs'
import { SlotHeldV1 } from '@prep/contracts'
import { eventually, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rowBefore } from '../outbox/outbox.ts'
import { FIND } from '../relay/outbox-store.ts'
import { type RelayRoom, relayRoom, type RelayUnderTest } from './relay-room.fixture.ts'

/*
 * The table's real statements and a sidecar that takes everything at once: what is tested is what a table through which
 * rows run for years costs. `./prep bench outbox` runs it with a million rows. The relay vacuums every 20,000 rows, because
 * autovacuum looks once a minute, and in a minute more come than a small table has.
 */
const ROWS = Number(process.env['PREP_OUTBOX_ROWS'] ?? 50_000)
const STEPS = 5
const TRANSACTION_ROWS = 20
const AT_ONCE = 8

interface State {
  readonly rows: number
  /** Pages that a look touches, and the check of an insert, just after so many rows went through. */
  readonly lookPages: number
  readonly checkPages: number
  /** of table and indexes, in KiB */
  readonly tableKiB: number
  readonly indexKiB: number
}

let room: RelayRoom
beforeAll(async () => {
  room = await relayRoom()
  // Nothing is kept of what was taken: a million rows would not fit.
  room.sidecar.answer = () => {
    room.sidecar.accepted.splice(0)
    room.sidecar.bulks.splice(0)
    return { status: 204 }
  }
})
afterAll(() => room?.close())

it(`is as fast after ${ROWS.toLocaleString('en')} rows as at the start, and has not grown`, async () => {
  const relay = await room.startRelay()
  const keys = Array.from({ length: 200 }, () => v7())
  const states: State[] = []
  for (let step = 1; step <= STEPS; step++) {
    await pushRows(relay, ROWS / STEPS, keys)
    const state = await stateOf(relay, (ROWS / STEPS) * step, keys[0] as string)
    states.push(state)
  }
  const report = process.env['PREP_OUTBOX_REPORT']
  if (report) writeFileSync(report, JSON.stringify(states))
  const [first, last] = [states[0] as State, states.at(-1) as State]
  expect(last.lookPages, JSON.stringify(states)).toBeLessThanOrEqual(first.lookPages + 20)
  expect(last.checkPages, JSON.stringify(states)).toBeLessThanOrEqual(first.checkPages + 20)
  // By the second state at the latest there was something to vacuum.
  expect(sizeOf(last), JSON.stringify(states)).toBeLessThanOrEqual(sizeOf(states[1] as State) * 1.5)
}, 3_600_000)

const sizeOf = ({ tableKiB, indexKiB }: State): number => tableKiB + indexKiB

/** As services publish: several transactions at once, each a few events; at the end nothing waits. */
async function pushRows({ outbox, relay }: RelayUnderTest, count: number, keys: readonly string[]): Promise<void> {
  let left = count / TRANSACTION_ROWS
  const data = sampleOf(SlotHeldV1)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const key = (): string => keys[Math.floor(Math.random() * keys.length)] as string
        await room.database.transaction(tx => outbox.publishAll(tx, Array.from({ length: TRANSACTION_ROWS }, () => [SlotHeldV1, { data, subject: key() }])))
      }
    }),
  )
  await relay.flush(60_000)
  await eventually(async () => expect(await room.depth()).toBe(0))
}

async function stateOf({ relay }: RelayUnderTest, rows: number, key: string): Promise<State> {
  // The mark follows when its writers have ended, a second behind.
  await eventually(async () => {
    const [{ last } = { last: '0' }] = await room.test.query<{ last: string }>(`select last_value as last from outbox_id_seq`)
    expect(BigInt(last) - BigInt(relay.ticket([])?.lowWater ?? 0)).toBeLessThan(1_000n)
  })
  const mark = relay.ticket([])?.lowWater
  const [size] = await room.test.query<{ table: number; index: number }>(
    `select (pg_table_size('outbox') / 1024)::int as table, (pg_indexes_size('outbox') / 1024)::int as index`,
  )
  const lookPages = await pagesOf(FIND, [mark, [0, 1, 2, 3], [], 200])
  const checkPages = await pagesOf(rowBefore('$1', '$2', '$3'), [key, SlotHeldV1.topic, mark])
  return { rows, lookPages, checkPages, tableKiB: size?.table ?? 0, indexKiB: size?.index ?? 0 }
}

async function pagesOf(sql: string, params: unknown[]): Promise<number> {
  const [row] = await room.test.query<{ 'QUERY PLAN': Array<{ Plan: Record<string, number> }> }>(`explain (analyze, buffers, format json) ${sql}`, params)
  const plan = row?.['QUERY PLAN'][0]?.Plan ?? {}
  return (plan['Shared Hit Blocks'] ?? NaN) + (plan['Shared Read Blocks'] ?? NaN)
}
