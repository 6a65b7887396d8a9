import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { goldenFiles, staleGolden } from '../golden/golden.ts'
import { releases } from '../render/releases.ts'
import { helmArguments, render } from '../render/render.ts'
import { gitopsTool } from '../tools.ts'
import { root } from './rendered-tree.ts'

const all = releases(root)

test.each(all.map((release) => [release.id, release] as const))('helm lint --strict: %s', async (_, release) => {
  const valueFiles = release.valueFiles.flatMap((file) => ['-f', file])
  const { status, stdout, stderr } = spawnSync(await gitopsTool('helm'), ['lint', '--strict', release.chart, '--namespace', release.namespace, ...valueFiles, ...setOf(release.values)], { cwd: root, encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
})

function setOf(values: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`])
}

const booking = all.find(({ id }) => id === 'prod/booking')

test.each([
  ['an unknown value', { scaling: { maximum: 3 } }, /scaling: additional properties 'maximum' not allowed/],
  ['a value of the wrong type', { port: 'three thousand' }, /port: got string, want integer/],
  ['latest in prod', { image: { tag: 'latest', digest: '' } }, /^prod\/booking cannot be rendered: .*(digest|latest)/],
  ['a secret in plain sight', { env: { API_TOKEN: 'x' } }, /^prod\/booking cannot be rendered: .*(secret|API_TOKEN)/],
])('a wrong value gives a sentence: %s', async (_, values, sentence) => {
  const message = await render(root, { ...booking!, values }, await gitopsTool('helm')).then(() => 'it was rendered', (error: Error) => error.message)
  expect(message).toMatch(sentence)
  expect(message.split('\n')).toHaveLength(1)
})

test('what is rendered does not change from one time to the next', async () => {
  const helm = await gitopsTool('helm')
  expect(helmArguments(booking!)).toContain('gitops/envs/prod/booking/version.yaml')
  expect((await render(root, booking!, helm)).text).toBe((await render(root, booking!, helm)).text)
})

test('the renders that a review shows are those of these charts (else: ./prep gitops render --golden)', async () => {
  expect(staleGolden(root, await goldenFiles(root, await gitopsTool('helm')))).toEqual([])
})
