import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fillFolder, folderIsIntact } from './cache.ts'

let cache: string

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'prep-cache-'))
})

afterEach(() => {
  rmSync(cache, { recursive: true, force: true })
})

async function fill(): Promise<string> {
  const folder = join(cache, 'tool-1.0')
  await fillFolder(folder, async (target) => writeFileSync(join(target, 'tool'), 'the tool'))
  return folder
}

test('a filled folder is intact', async () => {
  expect(await folderIsIntact(await fill())).toBe(true)
})

test('a changed file is noticed, and so is a missing one', async () => {
  const folder = await fill()
  writeFileSync(join(folder, 'tool'), 'another tool')
  expect(await folderIsIntact(folder)).toBe(false)
  await fill()
  rmSync(join(folder, 'tool'))
  expect(await folderIsIntact(folder)).toBe(false)
})

test('an interrupted fill leaves nothing behind', async () => {
  const interrupted = fillFolder(join(cache, 'tool-1.0'), async (target) => {
    writeFileSync(join(target, 'half'), '')
    throw new Error('the connection broke')
  })
  await expect(interrupted).rejects.toThrow('the connection broke')
  expect(readdirSync(cache)).toEqual([])
})
