import { requireContract } from '@prep/contracts'
import { sampleOf } from '@prep/testing'
import { expect, test } from 'vitest'
import { maskPersonal } from './mask-personal.ts'

const contract = requireContract('booking.confirmed.v1')

test('what a contract marks as personal is masked, the rest stays readable', () => {
  const data = sampleOf(contract) as Record<string, unknown>
  expect(maskPersonal(contract.schema, data)).toEqual({ ...data, customer: '[personal]' })
})

test('a field that the contract does not know may be anything, so it is masked too', () => {
  const schema = { properties: { lines: { items: { properties: { id: {} } } }, note: {} } }
  expect(maskPersonal(schema, { lines: [{ id: 7, email: 'ada@example.org' }], note: null, phone: '555' })).toEqual({
    lines: [{ id: 7, email: '[personal]' }],
    note: null,
    phone: '[personal]',
  })
})
