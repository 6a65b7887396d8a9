import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gitopsTool } from '../gitops/tools.ts'
import { copyOfTree, run, runTests } from './copy-of-tree.fixture.ts'
import { newService } from './new-service.ts'

let copy: string

beforeAll(async () => {
  await gitopsTool('helm')
  copy = copyOfTree()
  await newService(copy, { name: 'price-watch', says: 'Watches what kitchens cost.', hears: 'payment.captured.v1', context: 'pricing' })
  await run(copy, 'tools/cli/main.ts', 'gitops', 'render', '--golden')
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

it('is rendered for each environment', () => {
  for (const environment of ['dev', 'staging', 'prod']) expect(existsSync(join(copy, `charts/golden/${environment}/price-watch.yaml`)), environment).toBe(true)
})

it('stands in every list: platform, scopes, Kafka users, databases, workflows, containers', async () => {
  const lists = await runTests(copy, 'unit', 'tools/runtime', 'tools/gitops', 'tools/ci', 'tools/images', 'tools/contracts', 'libs/contracts')
  expect(lists, lists.output).toMatchObject({ failed: 0, passed: expect.toSatisfy((passed: number) => passed > 100) })
})

// The mutation test is left to the tree itself: it deletes line by line from the same charts.
it('passes tier 0: lint, schemas, policies, golden renders, components, compose', async () => {
  const tier0 = await runTests(copy, 'gitops', 'tools/gitops/checks', 'tools/gitops/charts', 'tools/images')
  expect(tier0, tier0.output).toMatchObject({ failed: 0, passed: expect.toSatisfy((passed: number) => passed > 100) })
})
