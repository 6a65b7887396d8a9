import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SAGA_ERROR_CODES } from './errors.ts'

it('the README lists every error code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| `(SAGA_[A-Z_]+)`/gm)].map(match => match[1])
  expect(listed.sort()).toEqual(Object.keys(SAGA_ERROR_CODES).sort())
})
