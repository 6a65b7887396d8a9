import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Repository } from './repository.ts'

let folder: string
let repository: Repository

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prep-drill-repository-'))
  for (const name of ['charts', 'gitops/envs/staging', 'gitops/envs/prod']) mkdirSync(join(folder, 'tree', name), { recursive: true })
  writeFileSync(join(folder, 'tree/charts/README.md'), 'charts')
  repository = await Repository.from(join(folder, 'tree'), join(folder, 'repository'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('acts beside each other get a commit each, and each takes back its own alone', async () => {
  const [first, second] = await Promise.all(['first', 'second'].map((name) => repository.commit(name, () => repository.write(`charts/${name}`, name))))
  expect(first).not.toBe(second)
  const undone = await repository.revert(first!)
  expect(() => repository.read('charts/first')).toThrow('ENOENT')
  expect(repository.read('charts/second')).toBe('second')
  expect(repository.isSince(undone, second!)).toBe(true)
  expect(repository.isSince(first!, second!)).toBe(false)
  expect(repository.isSince('HEAD', first!)).toBe(false)
})
