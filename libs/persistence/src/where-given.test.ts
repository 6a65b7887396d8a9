import { expect, it } from 'vitest'
import { whereGiven } from './where-given.ts'

it.each<[string, Record<string, unknown>, string, unknown[]]>([
  ['nothing', {}, '', []],
  ['filters that are all left out', { 'state = ?': undefined, 'id < ?': undefined }, '', []],
  ['one of two', { 'state = ?': undefined, 'id < ?': 'x' }, 'where id < $1', ['x']],
  ['several, numbered in their order', { 'kitchen_id = ?': 'k', 'state = ?': 'held', 'id < ?': 'x' }, 'where kitchen_id = $1 and state = $2 and id < $3', ['k', 'held', 'x']],
  ['null, which is a value', { 'state is not distinct from ?': null }, 'where state is not distinct from $1', [null]],
])('of %s', (_what, conditions, where, params) => expect(whereGiven(conditions)).toEqual({ where, params }))
