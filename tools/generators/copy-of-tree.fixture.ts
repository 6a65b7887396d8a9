import { spawn } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const rooms = ['apps', 'libs', 'tools', 'dapr', 'charts', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'tsconfig.check.json', 'vitest.config.ts', 'dapr.yaml']

/** A copy of the working tree that uses the packages of the original, and its own libraries. The caller removes it. */
export function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'prep-generated-'))
  for (const room of rooms) cpSync(join(root, room), join(copy, room), { recursive: true, filter: (path) => !/\/(node_modules|dist|\.prep)(\/|$)/.test(path.slice(root.length)) })
  const packages = join(root, 'node_modules')
  mkdirSync(join(copy, 'node_modules/@prep'), { recursive: true })
  for (const name of readdirSync(packages)) if (name !== '@prep' && !name.startsWith('.')) symlinkSync(join(packages, name), join(copy, 'node_modules', name))
  for (const name of readdirSync(join(packages, '@prep'))) {
    const link = join(packages, '@prep', name)
    if (lstatSync(link).isSymbolicLink()) symlinkSync(readlinkSync(link), join(copy, 'node_modules/@prep', name))
  }
  return copy
}

export interface TestRun { readonly passed: number, readonly failed: number, readonly output: string }

/** Runs some test files in the copy. */
export async function runTests(copy: string, project: 'unit' | 'integration', ...files: string[]): Promise<TestRun> {
  const report = join(copy, 'test-report.json')
  rmSync(report, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--project', project, '--reporter', 'json', '--outputFile', report, ...files], { cwd: copy, env: { ...process.env, VITEST: undefined, NODE_OPTIONS: '' } })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  if (!existsSync(report)) return { passed: 0, failed: 1, output }
  const text = readFileSync(report, 'utf8')
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites } = JSON.parse(text) as Record<'numPassedTests' | 'numFailedTests' | 'numFailedTestSuites', number>
  return { passed, failed: Math.max(numFailedTests, numFailedTestSuites), output: output + text }
}
