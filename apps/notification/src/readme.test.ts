import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const CODE = /'NOTIFICATION_[A-Z_]+'/g

/** Names of settings and tokens, which are no errors. */
const settings = new Set(readFileSync(new URL('./notification.config.ts', import.meta.url), 'utf8').match(CODE))

it('the README lists every error code, and no other', () => {
  const sources = globSync('**/*.ts', { cwd: import.meta.dirname }).filter((path) => !path.endsWith('.test.ts'))
  const codes = sources.flatMap((path) => readFileSync(`${import.meta.dirname}/${path}`, 'utf8').match(CODE) ?? [])
  const thrown = codes.filter((code) => !settings.has(code)).map((code) => code.replaceAll("'", ''))
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| `(NOTIFICATION_[A-Z_]+)`/gm)].map((match) => match[1])
  expect(listed.sort()).toEqual([...new Set(thrown)].sort())
})
