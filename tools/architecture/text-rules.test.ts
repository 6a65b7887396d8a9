import { join } from 'node:path'
import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { repositoryRoot, rooms } from './repository.ts'
import { sourceFiles, sourceFolders, type SourceFile } from './source-files.ts'
import { brokenTextRules, textRules } from './text-rules.ts'

/** For each rule a file that breaks it. */
const breaking: Record<string, SourceFile> = {
  'dapr-paths-only-in-messaging': { path: 'apps/booking/src/a.ts', text: "fetch('http://127.0.0.1:3500/v1.0/publish/x/y')" },
  'connections-only-in-persistence': { path: 'apps/booking/src/a.ts', text: 'const pool = new pg.Pool()' },
  'migrations-run-apart': { path: 'apps/booking/src/main.ts', text: 'await runMigrations(url, name, migrations)' },
  'at-most-300-lines': { path: 'libs/saga/src/a.ts', text: 'x\n'.repeat(301) },
  'no-sleep-in-tests': { path: 'libs/saga/src/a.test.ts', text: 'await new Promise((done) => setTimeout(done, 100))' },
  'no-lone-or-silent-skips': { path: 'libs/saga/src/a.test.ts', text: `test${'.'}skip('x', () => undefined)` },
  'own-imports-end-in-ts': { path: 'libs/saga/src/a.ts', text: "import { b } from './b'" },
}

test.each(textRules)('the rule bites where it is broken: $name', ({ name }) => {
  expect(brokenTextRules([breaking[name] as SourceFile])).toEqual([`${breaking[name]?.path} breaks ${name}`])
})

test('what the rules allow passes', () => {
  const fine: SourceFile[] = [
    { path: 'libs/messaging/src/a.ts', text: "const path = '/v1.0/publish/bulk/'" },
    { path: 'libs/persistence/src/a.ts', text: 'const source = new DataSource({})' },
    { path: 'libs/saga/src/a.ts', text: `import { b } from './b.ts'\n${'x\n'.repeat(299)}` },
    { path: 'libs/saga/src/a.test.ts', text: "test('x', (ctx) => ctx.skip('no Redis on this machine'))" },
  ]
  expect(brokenTextRules(fine)).toEqual([])
})

test('Prep itself breaks no rule', () => {
  const self = 'tools/architecture/text-rules.test.ts'
  const files = sourceFiles(repositoryRoot).filter(({ path }) => path !== self)
  expect(files.length).toBeGreaterThan(20)
  expect(brokenTextRules(files)).toEqual([])
})

test('no room is named after nothing', () => {
  const nothing = /(^|\/)(utils?|helpers?|common|misc)(\.ts)?$/
  const names = [...sourceFolders(repositoryRoot), ...sourceFiles(repositoryRoot).map(({ path }) => path)]
  expect(names.filter((name) => nothing.test(name))).toEqual([])
  expect(nothing.test('libs/saga/src/utils')).toBe(true)
  expect(nothing.test('libs/saga/src/helpers.ts')).toBe(true)
})

test('every app, library and tool says in a README what it is for', () => {
  const without = rooms.flatMap((room) => readdirSync(join(repositoryRoot, room))
    .filter((name) => existsSync(join(repositoryRoot, room, name, 'package.json')))
    .filter((name) => !existsSync(join(repositoryRoot, room, name, 'README.md')))
    .map((name) => `${room}/${name}`))
  expect(without).toEqual([])
})
