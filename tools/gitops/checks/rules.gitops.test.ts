import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { gitopsTool } from '../tools.ts'
import { renderedTree, root } from './rendered-tree.ts'

const alerts = join(root, 'gitops/platform/alerts')

function filesIn(folder: string, form: RegExp): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => form.test(file)).map((file) => join(folder, file)) : []
}

test('promtool takes every alert and recording rule that is rendered', async (context) => {
  const rules = (await renderedTree()).flatMap(({ manifests }) => manifests.filter(({ kind }) => kind === 'PrometheusRule'))
  if (rules.length === 0) context.skip('the tree has no PrometheusRule yet')
  const folder = mkdtempSync(join(tmpdir(), 'prep-rules-'))
  try {
    const files = rules.map(({ metadata, spec }, index) => {
      const file = join(folder, `${metadata.name}-${index}.yaml`)
      writeFileSync(file, stringify(spec))
      return file
    })
    const { status, stdout, stderr } = spawnSync(await gitopsTool('promtool'), ['check', 'rules', '--lint-fatal', ...files], { encoding: 'utf8' })
    expect(status, `${stdout}${stderr}`).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test("promtool's tests of the rules pass", async (context) => {
  const tests = filesIn(alerts, /\.promtest\.ya?ml$/)
  if (tests.length === 0) context.skip('no rule has a test yet (gitops/platform/alerts/**/*.promtest.yaml)')
  const { status, stdout, stderr } = spawnSync(await gitopsTool('promtool'), ['test', 'rules', ...tests], { encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
})

test("amtool takes Alertmanager's configuration", async (context) => {
  const files = filesIn(alerts, /alertmanager[^/]*\.ya?ml$/)
  if (files.length === 0) context.skip('Alertmanager reads its configuration from the secret store; the tree has no example of it yet')
  const { status, stdout, stderr } = spawnSync(await gitopsTool('amtool'), ['check-config', ...files], { encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
})
