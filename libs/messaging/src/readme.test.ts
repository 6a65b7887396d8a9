import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { messagingErrorCodes } from './index.ts'

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')

describe('the error codes', () => {
  it('stand in the README, exactly those there are', () => {
    const rows = Object.fromEntries([...read('../README.md').matchAll(/^\| `(MSG_\w+)` \| (.+) \|$/gm)].map(([, code, text]) => [code, text]))
    expect(rows).toEqual(messagingErrorCodes)
  })

  it('are the only ones that the sources name', () => {
    const sources = readdirSync(import.meta.dirname, { recursive: true }).map(String).filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== 'errors.ts')
    const named = new Set(sources.flatMap(path => read(path).match(/\bMSG_[A-Z_]+\b/g) ?? []))
    for (const code of named) expect(Object.keys(messagingErrorCodes)).toContain(code)
  })
})
