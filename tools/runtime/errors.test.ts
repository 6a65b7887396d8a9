import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runtimeErrorCodes } from './errors.ts'

test('the README explains exactly the codes there are', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const explained = [...readme.matchAll(/^\| `(RT_\w+)`/gm)].map((match) => match[1])
  expect(explained.sort()).toEqual([...runtimeErrorCodes].sort())
})
