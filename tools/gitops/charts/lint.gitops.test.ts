import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { repositoryRoot } from '../../runtime/repository.ts'
import { releases } from '../render/releases.ts'
import { gitopsTool } from '../tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'prep-lint-'))
let helm: string
beforeAll(async () => {
  helm = await gitopsTool('helm')
})
afterAll(() => rmSync(folder, { recursive: true }))

const ours = releases(repositoryRoot).filter(({ chart }) => chart.startsWith('charts/'))

test('every service and the sidecars of every environment are linted', () => {
  expect(ours.length).toBeGreaterThanOrEqual(24)
})

test.each(ours.map((release) => [release.id, release] as const))('%s passes helm lint --strict', async (id, { chart, namespace, valueFiles, values = {} }) => {
  const file = join(folder, `${id.replaceAll('/', '-')}.yaml`)
  writeFileSync(file, stringify(values))
  const args = ['lint', chart, '--strict', '--quiet', '--namespace', namespace, ...[...valueFiles, file].flatMap((one) => ['-f', one])]
  await promisify(execFile)(helm, args, { cwd: repositoryRoot })
})
