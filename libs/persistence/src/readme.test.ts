import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { persistenceErrorCodes } from './index.ts'

it('the README explains exactly the codes there are', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const rows = Object.fromEntries([...readme.matchAll(/^\| `(PERSISTENCE_\w+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text]))
  expect(rows).toEqual(persistenceErrorCodes)
})
