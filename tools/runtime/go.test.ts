import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandForGo, isNewEnough } from './go.ts'

test.each(['1.21', '1.21.0', '1.26.4', '2.0.1', 'devel go1.27-0a1b2c3'])('Go %s fetches what a lock asks for', (version) => {
  expect(isNewEnough(version)).toBe(true)
})

test.each(['1.20.14', '1.19.8', '0.9', ''])('Go "%s" is too old', (version) => {
  expect(isNewEnough(version)).toBe(false)
})

test('the command that gets Go names the release of the lock', () => {
  const [, wanted] = /^go (\S+)$/m.exec(readFileSync(join(import.meta.dirname, 'daprd/go.mod'), 'utf8')) ?? []
  expect(commandForGo('linux', 'x64')).toContain(`/go${wanted}.linux-amd64.`)
  expect(commandForGo('linux', 'arm64')).toContain(`/go${wanted}.linux-arm64.`)
})
