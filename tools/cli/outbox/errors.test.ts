import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { outboxErrorCodes } from './errors.ts'

test('the README lists every code with what it means', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| `(OUTBOX_[A-Z_]+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text])
  expect(Object.fromEntries(rows)).toEqual(outboxErrorCodes)
})
