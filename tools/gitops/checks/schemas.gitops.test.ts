import { expect, test } from 'vitest'
import { groupsWithoutSchema } from '../schemas/without-schema.ts'
import { checkSchemas } from './kubeconform.ts'
import { renderedTree } from './rendered-tree.ts'

test('every rendered manifest of every environment is what its schema says', async () => {
  const report = await checkSchemas(await renderedTree())
  expect(report.wrong).toEqual([])
  expect(report.checked).toBeGreaterThan(300)
})

test('no kind is without a schema but those whose definitions cannot be had', async () => {
  const { without } = await checkSchemas(await renderedTree())
  expect(without.filter((kind) => !((kind.split('/')[0] ?? '') in groupsWithoutSchema))).toEqual([])
})

test('a field that does not exist is refused', async () => {
  const [one] = (await renderedTree()).filter(({ release }) => release.id === 'prod/booking')
  const { wrong } = await checkSchemas([{ ...one!, text: one!.text.replace('terminationGracePeriodSeconds', 'terminationGraceSeconds') }])
  expect(wrong).toEqual([expect.stringContaining("prod/booking: Deployment/booking: problem validating schema")])
})
