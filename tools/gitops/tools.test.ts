import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toolNames, tools, type LockName } from './tool-list.ts'
import { gitopsCache, lockFolder } from './tools.ts'

test.each(Object.entries(tools))('%s is built from a module that its lock pins', (_, { lock, package: path }) => {
  const pinned = [...readFileSync(join(lockFolder(lock as LockName), 'go.mod'), 'utf8').matchAll(/^\s*(?:require )?(\S+\.\S+\/\S+) v\d/gm)].map((match) => match[1] ?? '')
  expect(pinned.filter((module) => path === module || path.startsWith(`${module}/`))).not.toEqual([])
})

test('no names mean all tools, and an unknown one is refused with the known ones', () => {
  expect(toolNames()).toEqual(Object.keys(tools))
  expect(toolNames(['helm'])).toEqual(['helm'])
  expect(() => toolNames(['helm', 'kustomise'])).toThrow('There is no tool "kustomise". Tools: argocd, etcd')
})

test('the cache folder belongs to the state of the locks', () => {
  expect(gitopsCache()).toMatch(/gitops-[0-9a-f]{8}$/)
})
