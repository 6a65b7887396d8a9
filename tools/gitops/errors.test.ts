import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gitopsErrorCodes } from './errors.ts'

test('the README explains exactly the codes there are', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const explained = [...readme.matchAll(/^\| `(GITOPS_\w+)`/gm)].map((match) => match[1])
  expect(explained.sort()).toEqual([...gitopsErrorCodes].sort())
})
