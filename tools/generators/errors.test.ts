import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generatorErrorCodes } from './errors.ts'

it('the README lists every error code', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  const rows = Object.fromEntries([...readme.matchAll(/^\| `(GEN_\w+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text]))
  expect(rows).toEqual(generatorErrorCodes)
})
