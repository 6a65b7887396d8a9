import { expect, test } from 'vitest'
import { breaks, type Released } from './breaks.ts'
import type { Column, Schema } from './schema.ts'

const column = (type = 'text', facts: Partial<Column> = {}): Column => ({ type, required: true, fillsItself: false, ...facts })
const schema: Schema = { booking: { id: column('uuid'), note: column('text', { required: false }), state: column('character varying(20)', { fillsItself: true }) }, draft: { id: column('uuid') } }
const released: Released = { release: '0.1.0', schema, retired: [] }
const changed = (columns: Record<string, Column | undefined>): Schema => ({
  ...schema, booking: Object.fromEntries(Object.entries({ ...schema['booking'], ...columns }).filter(([, value]) => value !== undefined)) as Record<string, Column>,
})

test('the same schema, new tables, and new columns that may be left out break nothing', () => {
  expect(breaks(released, schema)).toEqual([])
  expect(breaks(released, { ...changed({ seats: column('integer', { required: false }), at: column('date', { fillsItself: true }) }), fresh: { id: column('uuid') } })).toEqual([])
})

test.each<[string, Schema, string]>([
  ['a table that is gone', { booking: schema['booking']! }, 'draft is gone or renamed'],
  ['a column that is gone', changed({ note: undefined }), 'booking.note is gone or renamed'],
  ['another type', changed({ id: column('text') }), 'booking.id was uuid and is text'],
  ['shorter text', changed({ state: column('character varying(10)', { fillsItself: true }) }), 'booking.state was character varying(20) and is character varying(10)'],
  ['a column that has become required', changed({ note: column() }), 'booking.note has become required'],
  ['a default that is lost', changed({ state: column('character varying(20)') }), 'booking.state has lost its default'],
  ['a new required column', changed({ seats: column('integer') }), "booking.seats is new and required without a default: the previous release's inserts do not name it"],
])('%s is refused', (_, now, why) => {
  expect(breaks(released, now)).toEqual([why])
})

test('longer text, and a column that need no longer be given, break nothing', () => {
  expect(breaks(released, changed({ state: column('text', { fillsItself: true }), id: column('uuid', { required: false }) }))).toEqual([])
})

test('what the previous release had retired may be dropped', () => {
  expect(breaks({ ...released, retired: ['booking.note', 'draft'] }, { booking: changed({ note: undefined })['booking']! })).toEqual([])
})
