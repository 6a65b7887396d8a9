import { describe, expect, it } from 'vitest'
import { type OutboxRow } from '../outbox/handover.ts'
import { type PublishBulk, resultOf } from './dapr-publisher.ts'
import { sendRows } from './send-rows.ts'

const rows = (count: number): OutboxRow[] =>
  Array.from({ length: count }, (_, i) => ({ id: String(i), shard: 0, component: 'pubsub-events', topic: 't', key: `k${i}`, payload: '{}', size: 2, attempts: 0 }))

/** A broker that refuses any bulk with one of these rows in it. */
function refusing(bad: string[], detail = '400 ERR_PUBSUB_REQUEST malformed') {
  const calls: number[] = []
  const publish: PublishBulk = async bulk => {
    calls.push(bulk.length)
    return bulk.some(row => bad.includes(row.id)) ? { outcome: 'refused', detail } : { outcome: 'accepted' }
  }
  return { publish, calls }
}

describe('sending a bulk', () => {
  it('takes one request when all goes well', async () => {
    const { publish, calls } = refusing([])
    expect((await sendRows(rows(200), publish)).sent).toHaveLength(200)
    expect(calls).toEqual([200])
  })

  it('finds the culprits by halving, and sends everyone else', async () => {
    const { publish, calls } = refusing(['17', '140'])
    const report = await sendRows(rows(200), publish)
    expect(report.refused.map(({ row }) => row.id)).toEqual(['17', '140'])
    expect(report.sent).toHaveLength(198)
    expect(report.unavailable).toBeUndefined()
    expect(calls.length).toBeLessThan(40)
  })

  it('blames nobody while the broker is away', async () => {
    const report = await sendRows(rows(10), async () => ({ outcome: 'unavailable', detail: 'connect ECONNREFUSED' }))
    expect(report).toEqual({ sent: [], refused: [], unavailable: 'connect ECONNREFUSED' })
  })

  it('blames nobody when every row fails for a reason that no row explains', async () => {
    const { publish } = refusing(rows(8).map(row => row.id), '500 something odd')
    expect(await sendRows(rows(8), publish)).toEqual({ sent: [], refused: [], unavailable: '500 something odd' })
  })

  it('stops asking when the broker goes away in the middle', async () => {
    let calls = 0
    const report = await sendRows(rows(8), async bulk => {
      calls++
      if (bulk.length === 8) return { outcome: 'refused', detail: '400 x' }
      return { outcome: 'unavailable', detail: 'EOF' }
    })
    expect(calls).toBe(2)
    expect(report).toMatchObject({ sent: [], refused: [], unavailable: 'EOF' })
  })

  it('reads the reply entry by entry', async () => {
    const report = await sendRows(rows(4), async bulk =>
      resultOf(500, JSON.stringify({ failedEntries: [{ entryId: '1', error: 'kafka server: Message was too large' }, { entryId: '2', error: 'no leader' }] }), bulk),
    )
    expect(report.sent.map(row => row.id)).toEqual(['0', '3'])
    expect(report.refused.map(({ row }) => row.id)).toEqual(['1'])
    expect(report.unavailable).toBe('no leader')
  })
})

describe("the sidecar's answer", () => {
  it.each([
    [204, '', 'accepted'],
    [200, '{"failedEntries":[]}', 'accepted'],
    [500, '{"failedEntries":[{"entryId":"0","error":"client has run out of available brokers to talk to"},{"entryId":"1"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}', 'unavailable'],
    [403, '{"errorCode":"ERR_PUBSUB_FORBIDDEN"}', 'unavailable'],
    [404, '{"errorCode":"ERR_PUBSUB_NOT_FOUND"}', 'unavailable'],
    [413, 'too big', 'refused'],
    [400, '{"errorCode":"ERR_PUBSUB_EVENTS_SER"}', 'refused'],
    [500, '<html>', 'refused'],
  ])('%i %s counts as %s', (status, body, outcome) => {
    expect(resultOf(status, body, rows(2)).outcome).toBe(outcome)
  })
})
