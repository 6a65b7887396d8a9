import { join } from 'node:path'
import { ESLint } from 'eslint'
import { beforeAll, expect, test } from 'vitest'
import { repositoryRoot } from './repository.ts'

const fixtures = join(import.meta.dirname, 'fixtures/lint')
let found: Map<string, (string | null)[]>

beforeAll(async () => {
  const eslint = new ESLint({
    cwd: repositoryRoot,
    ignore: false,
    overrideConfigFile: join(fixtures, 'eslint.config.js'),
  })
  const results = await eslint.lintFiles([`${fixtures}/**/*.ts`])
  found = new Map(results.map(({ filePath, messages }) => [filePath.slice(fixtures.length + 1), messages.map(({ ruleId }) => ruleId)]))
}, 60_000)

test.each([
  ['apps/floating-promise.ts', '@typescript-eslint/no-floating-promises'],
  ['apps/value-import-of-type.ts', '@typescript-eslint/consistent-type-imports'],
  ['apps/console.ts', 'no-console'],
  ['apps/long-function.ts', 'max-lines-per-function'],
  ['apps/sleep.test.ts', 'no-restricted-imports'],
])('lint bites: %s', (file, rule) => {
  expect(found.get(file)).toEqual([rule])
})
