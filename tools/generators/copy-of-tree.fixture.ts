import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sharedParts } from '@prep/testing'

const root = join(import.meta.dirname, '../..')
/** What is not of the working tree: packages, builds, data, history. */
const left = /^\/\.git$|\/(node_modules|dist|\.prep|\.nx)(\/|$)/

/** A copy of the working tree that uses the packages of the original, and its own libraries. The caller removes it. */
export function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'prep-generated-'))
  for (const room of readdirSync(root)) {
    const isKept = (path: string): boolean => !left.test(path.slice(root.length))
    if (isKept(join(root, room))) cpSync(join(root, room), join(copy, room), { recursive: true, verbatimSymlinks: true, filter: isKept })
  }
  const packages = join(root, 'node_modules')
  mkdirSync(join(copy, 'node_modules/@prep'), { recursive: true })
  const isPackage = (name: string): boolean => name !== '@prep' && !name.startsWith('.')
  for (const name of readdirSync(packages).filter((one) => isPackage(one) || one === '.package-lock.json')) symlinkSync(join(packages, name), join(copy, 'node_modules', name))
  for (const name of readdirSync(join(packages, '@prep'))) {
    const link = join(packages, '@prep', name)
    if (lstatSync(link).isSymbolicLink()) symlinkSync(readlinkSync(link), join(copy, 'node_modules/@prep', name))
  }
  return copy
}

/** Runs a program of an npm package in the copy, or the copy's own ./prep. Throws an Error with what it said when it fails. */
export async function run(copy: string, script: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(copy, script), ...args], { cwd: copy, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1', VITEST: undefined, NODE_OPTIONS: '' } })
    .catch((error: { stdout?: string, stderr?: string }) => {
      throw new Error(`${script} ${args.join(' ')}:\n${error.stdout ?? ''}\n${error.stderr ?? ''}`, { cause: error })
    })
  return stdout
}

export interface TestRun { readonly passed: number, readonly failed: number, readonly output: string }

/** Runs some test files in the copy; integration tests with the parts of the test that calls this. */
export async function runTests(copy: string, project: 'unit' | 'integration' | 'gitops' | 'rules', ...files: string[]): Promise<TestRun> {
  const report = join(copy, 'test-report.json')
  rmSync(report, { force: true })
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const parts = project === 'integration' ? JSON.stringify(sharedParts()) : undefined
  const child = spawn(process.execPath, [vitest, 'run', '--project', project, '--reporter', 'json', '--outputFile', report, ...files], { cwd: copy, env: { ...process.env, VITEST: undefined, NODE_OPTIONS: '', PREP_TEST_PARTS: parts } })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  if (!existsSync(report)) return { passed: 0, failed: 1, output }
  const { numPassedTests: passed, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const failures = testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message === '' ? [] : [`${name}: ${message}`]),
    ...assertionResults.filter(({ status }) => status === 'failed').map(({ fullName, failureMessages }) => `${name}: ${fullName}\n${failureMessages.join('\n')}`),
  ])
  return { passed, failed: Math.max(numFailedTests, numFailedTestSuites), output: [output, ...failures].join('\n') }
}

/** What is used of Vitest's JSON report. */
interface Report extends Record<'numPassedTests' | 'numFailedTests' | 'numFailedTestSuites', number> {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly message: string
    readonly assertionResults: ReadonlyArray<{ readonly status: string, readonly fullName: string, readonly failureMessages: readonly string[] }>
  }>
}
