import { expect, test } from 'vitest'
import { renderedTree } from '../checks/rendered-tree.ts'
import { policies } from '../policies/all-policies.ts'
import { schemas } from '../schemas/schemas.ts'
import { schemaValidator } from '../schemas/validator.ts'
import { mutate, reportOf } from './mutate.ts'

test('of all lines of security contexts, probes, budgets and network policies, 95 in 100 cannot be deleted unseen', async () => {
  const { folder } = await schemas()
  const report = reportOf(mutate(await renderedTree(), { policies, wrongBySchema: schemaValidator(folder) }))
  expect(report.mutants).toBeGreaterThan(5000)
  expect(report.caught / report.mutants, report.survivors.slice(0, 20).map(({ release, resource, line }) => `${release} ${resource}: ${line}`).join('\n')).toBeGreaterThanOrEqual(0.95)
})
