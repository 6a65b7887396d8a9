import { allContracts } from '@prep/contracts'
import { expect, it } from 'vitest'
import { personalFields } from './personal-fields.ts'

it('takes the outermost marked fields of our contracts', () => {
  const names = personalFields(allContracts())
  expect(names).toContain('customer')
  expect(names).not.toContain('name')
})

it('finds marks at any depth, also in lists', () => {
  const mark = { 'x-personal': true }
  const schema = { properties: { a: { properties: { phone: mark } }, guests: { items: { properties: { name: mark } } }, free: {} } }
  expect([...personalFields([{ schema }])]).toEqual(['phone', 'name'])
})
