import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')

function filesUnder(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true }) as string[]
  return names.map(name => join(root, folder, name)).filter(path => statSync(path).isFile())
}

test('nothing that is deployed arms a crash point', () => {
  const files = ['charts', 'gitops', 'dapr'].flatMap(filesUnder)
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter(file => readFileSync(file, 'utf8').includes('PREP_CRASH'))).toEqual([])
})
