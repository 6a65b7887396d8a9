import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { HTTP_ERRORS, requestHash } from './index.ts'

it('the README lists every code with its status, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| `(HTTP_[A-Z_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)])
  expect(listed).toEqual(Object.entries(HTTP_ERRORS).map(([code, { status }]) => [code, status]))
})

it('the hash of a request does not depend on the order of its fields, but on everything else', () => {
  expect(requestHash({ a: 1, b: { c: [1, 2], d: 2 } })).toBe(requestHash({ b: { d: 2, c: [1, 2] }, a: 1 }))
  expect(requestHash({ a: [1, 2] })).not.toBe(requestHash({ a: [2, 1] }))
  expect(requestHash({ a: 1 })).not.toBe(requestHash({ a: '1' }))
})
