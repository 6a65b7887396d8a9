import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { SERVICE_ERRORS } from './index.ts'

it('the README lists every code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect([...readme.matchAll(/^\| `(SVC_[A-Z_]+)` \|/gm)].map(([, code]) => code)).toEqual(Object.keys(SERVICE_ERRORS))
})
