import { BookingConfirmedV1, type Contract, HoldSlotV1, SlotHeldV1 } from '@prep/contracts'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import { sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy } from '../index.ts'
import { TableLaidV1, TableLaidV2 } from '../../../contracts/src/versions.fixture.ts'
import { classifyEntry, type DeadDelivery, type Delivery } from './classify-entry.ts'
import { consumerOf, familyOf, HandlerRegistry } from './handler.ts'

const ID = v7()
const handlers = new HandlerRegistry()
for (const contract of [HoldSlotV1, SlotHeldV1] as Contract<unknown>[]) {
  handlers.add({ consumer: consumerOf('booking', contract), contract, effects: 'database', retry: defaultRetryPolicy, run: () => Promise.resolve() })
}
const HOUR = 3_600_000
const origin = { service: 'booking', topic: 'prep.booking.commands', ages: { retentionMs: 48 * HOUR, toleranceMs: HOUR } }
const good = {
  specversion: '1.0', id: ID, type: HoldSlotV1.type, source: '/prep/task-orchestrator', subject: ID, partitionkey: ID, correlationid: ID,
  tenantid: 'default', time: '2026-01-01T00:00:00.000Z', datacontenttype: 'application/json', data: { bookingId: ID, heldUntil: '2026-01-01T00:10:00Z' },
}
const place = { __topic: 'prep.booking.commands', __partition: '3', __offset: '41', __key: ID }
const classify = (event: unknown, metadata: Record<string, string> = place) => classifyEntry({ entryId: 'e', event, metadata }, handlers, origin)

describe('an entry of a delivery', () => {
  it('is a message for its handler when the envelope and the data are right', () => {
    expect(classify(good)).toMatchObject({ kind: 'message', envelope: { id: ID }, handler: { consumer: 'booking/booking.hold-slot' } })
    expect(classify(JSON.stringify(good))).toMatchObject({ kind: 'message' })
    expect(classify({ ...good, pubsubname: 'x', tracestate: '', data: { ...good.data, later: 1 } })).toMatchObject({ kind: 'message' })
  })

  it('is ignored when nobody here handles its type, whatever else is wrong with it', () => {
    expect(classify({ ...good, type: BookingConfirmedV1.type, id: 7 })).toEqual({ kind: 'ignored', entryId: 'e' })
    expect(classify({ type: 'com.example.thing' })).toMatchObject({ kind: 'ignored' })
  })

  it.each([
    ['MSG_NOT_JSON', undefined], ['MSG_NOT_JSON', 'bytes'], ['MSG_NOT_JSON', []], ['MSG_NOT_JSON', '"text"'], ['MSG_NOT_JSON', null],
    ['MSG_ENVELOPE_INVALID', {}], ['MSG_ENVELOPE_INVALID', { ...good, type: 7 }], ['MSG_ENVELOPE_INVALID', { ...good, specversion: '0.3' }],
    ['MSG_ENVELOPE_INVALID', { ...good, id: 'x' }], ['MSG_ENVELOPE_INVALID', { ...good, subject: '' }],
    ['MSG_ENVELOPE_INVALID', { ...good, partitionkey: 'k'.repeat(513) }], ['MSG_ENVELOPE_INVALID', { ...good, correlationid: 5 }],
    ['MSG_ENVELOPE_INVALID', { ...good, sagastep: {} }], ['MSG_ENVELOPE_INVALID', { ...good, deadline: 'tomorrow' }],
    ['MSG_ENVELOPE_INVALID', { ...good, data: undefined, specversion: 1 }],
  ])('is dead with %s under the place it has on the broker: %j', (code, event) => {
    const first = classify(event)
    expect(first).toMatchObject({ kind: 'dead', code, consumer: 'booking/raw', partitionKey: ID })
    expect(first).toMatchObject({ message: expect.stringMatching(/^prep\.booking\.commands\/3\/41: /) })
    expect(classify(event, { ...place, __offset: '42' })).not.toMatchObject({ eventId: (first as { eventId: string }).eventId })
    expect(classify(event)).toEqual(first)
  })

  it('is dead under its own id when only the data or the version is wrong', () => {
    expect(classify({ ...good, data: { bookingId: 'x' } })).toMatchObject({ kind: 'dead', code: 'MSG_CONTRACT_VIOLATED', consumer: 'booking/booking.hold-slot', eventId: ID })
    expect(classify({ ...good, type: 'booking.hold-slot.v2' })).toMatchObject({ kind: 'dead', code: 'MSG_VERSION_UNKNOWN', eventId: ID })
  })

  it('is a message for the handler of a newer version, checked by the contract it was written for', () => {
    const newer = new HandlerRegistry()
    newer.add({ consumer: consumerOf('booking', TableLaidV2), contract: TableLaidV2, effects: 'database', retry: defaultRetryPolicy, run: () => Promise.resolve() })
    const at = (version: number, data: unknown) => classifyEntry({ entryId: 'e', event: { ...good, type: `booking.table-laid.v${version}`, data } }, newer, origin)
    const v1 = { tableId: ID, guests: 2 }
    expect(at(1, v1)).toMatchObject({ kind: 'message', envelope: { type: TableLaidV1.type, data: v1 }, handler: { contract: TableLaidV2 } })
    expect(at(1, { tableId: ID, guests: 'two' })).toMatchObject({ kind: 'dead', code: 'MSG_CONTRACT_VIOLATED', message: expect.stringContaining('/guests') })
    expect(at(2, v1)).toMatchObject({ kind: 'dead', code: 'MSG_CONTRACT_VIOLATED' })
    expect(at(3, v1)).toMatchObject({ kind: 'dead', code: 'MSG_VERSION_UNKNOWN', consumer: 'booking/booking.table-laid' })
    expect(newer.has(TableLaidV1.type) && newer.has('booking.table-laid.v3')).toBe(true)
    expect(newer.all()).toHaveLength(1)
  })

  it('is dead when its id is older than what the inbox remembers, or from the future; clocks may differ', () => {
    const at = (ms: number) => ({ ...good, id: v7({ msecs: Date.now() + ms }) })
    expect(classify(at(-49 * HOUR))).toMatchObject({ kind: 'dead', code: 'MSG_TOO_OLD', consumer: 'booking/booking.hold-slot' })
    expect(classify(at(2 * HOUR))).toMatchObject({ kind: 'dead', code: 'MSG_FROM_FUTURE', consumer: 'booking/booking.hold-slot' })
    for (const ms of [-47 * HOUR, -5 * 60_000, 5 * 60_000]) expect(classify(at(ms))).toMatchObject({ kind: 'message' })
  })

  const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`)
  it.each<[string, Record<string, unknown>, string]>([
    ['over 256 KiB', { more: 'x'.repeat(270_000) }, 'MSG_TOO_LARGE'],
    ['over 256 KiB in bytes, not in characters', { more: '€'.repeat(90_000) }, 'MSG_TOO_LARGE'],
    ['nested 40 levels deep', { more: deep(40) }, 'MSG_TOO_DEEP'],
    ['nested 100,000 levels deep', { more: deep(100_000) }, 'MSG_TOO_DEEP'],
    ['keyed __proto__', JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>, 'MSG_KEY_FORBIDDEN'],
    ['keyed __proto__ further in', { more: [JSON.parse('{"__proto__": 1}')] }, 'MSG_KEY_FORBIDDEN'],
    ['keyed prototype under constructor', { more: { constructor: { prototype: { polluted: true } } } }, 'MSG_KEY_FORBIDDEN'],
  ])('is dead under its own id, and kept whole, when its data is %s', (_name, more, code) => {
    const data = { ...good.data }
    for (const [key, value] of Object.entries(more)) Object.defineProperty(data, key, { value, enumerable: true })
    const entry = classify({ ...good, data })
    expect(entry).toMatchObject({ kind: 'dead', code, eventId: ID, consumer: 'booking/booking.hold-slot' })
    expect(Buffer.byteLength((entry as DeadDelivery).body)).toBeGreaterThan(JSON.stringify(good).length)
    expect(() => { JSON.parse((entry as DeadDelivery).body) }).not.toThrow()
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('is a message up to 256 KiB and 32 levels, with `constructor` as an ordinary field', () => {
    expect(classify({ ...good, data: { ...good.data, more: 'x'.repeat(255_000), constructor: 'Ada & Sons' } })).toMatchObject({ kind: 'message' })
    expect(classify({ ...good, data: { ...good.data, more: deep(28) } })).toMatchObject({ kind: 'message' })
  })

  it('counts the last of two fields of one name, as the sidecar does', () => {
    const text = JSON.stringify(good).replace('"subject"', '"type":"other.thing.v1","subject"').replace(/^\{"specversion"/, '{"specversion":"0.1","specversion"')
    expect(classify(text)).toEqual({ kind: 'ignored', entryId: 'e' })
    expect(classify(JSON.stringify(good).replace('"data":{', '"data":{"heldUntil":7,'))).toMatchObject({ kind: 'message' })
  })

  it('is dead when it was cut off, or is in another encoding than UTF-8', () => {
    const text = JSON.stringify(good)
    fc.assert(fc.property(fc.integer({ min: 0, max: text.length - 1 }), length => {
      expect(classify(text.slice(0, length))).toMatchObject({ kind: 'dead', code: 'MSG_NOT_JSON', body: expect.stringContaining(JSON.stringify(text.slice(0, length)).slice(1, -1)) })
    }))
    for (const encoding of ['utf16le', 'base64'] as const) expect(classify(Buffer.from(text, encoding).toString())).toMatchObject({ kind: 'dead', code: 'MSG_NOT_JSON' })
  })

  it('is dead when its key is not its subject, or another than on the broker', () => {
    const event = { ...good, type: SlotHeldV1.type, data: sampleOf(SlotHeldV1) }
    expect(classify(event)).toMatchObject({ kind: 'message' })
    expect(classify({ ...event, partitionkey: 'another' })).toMatchObject({ kind: 'dead', code: 'MSG_KEY_WRONG', eventId: ID })
    expect(classify({ ...good, partitionkey: 'the-saga' }, { ...place, __key: 'the-saga' })).toMatchObject({ kind: 'message' })
    expect(classify(good, { ...place, __key: 'another' })).toMatchObject({ kind: 'dead', code: 'MSG_KEY_WRONG', eventId: ID })
    expect(classify({ ...good, partitionkey: 'Küche' }, { ...place, __key: 'K\u00c3\u00bcche' })).toMatchObject({ kind: 'message' })
  })

  it('has one fingerprint however its fields are ordered, and another for any other data', () => {
    const fingerprint = (event: unknown) => (classify(event) as Delivery).fingerprint
    const data = fc.object({ maxDepth: 4 }).map(more => JSON.parse(JSON.stringify({ more, ...good.data })) as Record<string, unknown>)
    fc.assert(fc.property(data, data, (one, other) => {
      const reversed = Object.fromEntries(Object.entries(one).reverse())
      expect(fingerprint({ ...good, data: one })).toBe(fingerprint({ ...good, data: reversed }))
      if (!isDeepStrictEqual(one, other)) expect(fingerprint({ ...good, data: one })).not.toBe(fingerprint({ ...good, data: other }))
    }))
    expect(fingerprint(good)).not.toBe(fingerprint({ ...good, data: { ...good.data, heldUntil: '2026-01-01T00:10:01Z' } }))
  })

  it('has an outcome whatever bytes are thrown at it, and each letter can be stored', () => {
    const fields = fc.constantFrom(...Object.keys(good))
    const mutated = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes).toString()),
      fc.tuple(fields, fc.jsonValue({ maxDepth: 40 })).map(([name, value]) => ({ ...good, [name]: value })),
      fc.tuple(fields, fc.nat(), fc.string({ unit: 'binary' })).map(([, at, text]) => { const json = JSON.stringify(good); return json.slice(0, at % json.length) + text + json.slice((at + 1) % json.length) }),
      fc.subarray(Object.entries(good)).map(entries => Object.fromEntries(entries)),
    )
    fc.assert(fc.property(mutated, event => {
      const entry = classify(event)
      expect(['message', 'dead', 'ignored']).toContain(entry.kind)
      if (entry.kind !== 'dead') return
      expect([entry.message, entry.partitionKey, entry.eventType, entry.body].some(text => text.includes('\0'))).toBe(false)
      expect(entry.partitionKey.length).toBeLessThanOrEqual(1_000)
    }), { numRuns: 3_000 })
  })

  it('never throws and never changes a prototype, whatever it is given', () => {
    const event = fc.oneof(fc.anything(), fc.object(), fc.jsonValue(), fc.tuple(fc.string(), fc.anything()).map(([name, value]) => ({ ...good, [name]: value })))
    fc.assert(fc.property(event, value => ['message', 'dead', 'ignored'].includes(classify(value).kind)), { numRuns: 2_000 })
    const polluted: unknown = JSON.parse(`{"__proto__": {"polluted": true}, "constructor": 1, "type": "${HoldSlotV1.type}"}`)
    expect(classify(polluted)).toMatchObject({ kind: 'dead' })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('the name of a consumer', () => {
  it('is the service and the type without its version', () => {
    expect(consumerOf('booking', SlotHeldV1)).toBe('booking/booking.slot-held')
    expect(familyOf('payment.captured.v12')).toEqual({ family: 'payment.captured', version: 12 })
    expect(familyOf('payment.captured')).toBeUndefined()
    expect(familyOf('payment.captured.v0')).toBeUndefined()
  })
})
