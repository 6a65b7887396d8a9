import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { brokenImportRules, importRules } from './imports.ts'
import { repositoryRoot } from './repository.ts'

const fixtures = join(import.meta.dirname, 'fixtures/imports')

test.each(importRules)('the rule bites where it is broken: $name', async ({ name }) => {
  const { broken } = await brokenImportRules(join(fixtures, name), { fixtures: true })
  expect(broken.map(({ rule }) => rule)).toContain(name)
  expect(new Set(broken.map(({ rule }) => rule))).toEqual(new Set([name]))
})

test('the same kind of tree without a broken rule passes', async () => {
  const { checked, broken } = await brokenImportRules(join(fixtures, 'nothing-broken'), { fixtures: true })
  expect(broken).toEqual([])
  expect(checked).toBeGreaterThan(2)
})

test('every fixture belongs to a rule', () => {
  const names = [...importRules.map(({ name }) => name), 'nothing-broken']
  expect(readdirSync(fixtures).sort()).toEqual(names.sort())
})

test('Prep itself breaks no rule', { timeout: 60_000 }, async () => {
  const { checked, broken } = await brokenImportRules(repositoryRoot)
  expect(broken).toEqual([])
  expect(checked).toBeGreaterThan(20)
})
