import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tally, type Tally } from '../../../libs/testing/src/reporter/tally.ts'
import type { Stage } from './stages.ts'

export interface StageResult { readonly stage: string, readonly seconds: number, readonly tally: Tally }

export interface StageOptions {
  /** The repository's root. */
  readonly root: string
  /** File names or parts of them, for stages of tests. */
  readonly filters: readonly string[]
  /** True: the stage's own output is kept back unless it fails. */
  readonly quiet: boolean
}

/** Runs one stage to its end and counts what became of it. Never throws: a stage that cannot run has failed. */
export async function runStage(stage: Stage, options: StageOptions): Promise<StageResult> {
  const begun = performance.now()
  const reason = await stage.reasonToSkip?.()
  if (reason !== undefined) {
    process.stdout.write(`${stage.title} are left out: ${reason}\n`)
    return { stage: stage.name, seconds: 0, tally: tally([{ name: stage.title, state: 'skipped', reason }]) }
  }
  const folder = mkdtempSync(join(tmpdir(), 'prep-test-'))
  const report = join(folder, 'report.json')
  try {
    const exitCode = await run(stage, options, report)
    const counted = stage.counts === 'tests' ? readTally(stage, report, exitCode) : checkTally(stage, exitCode)
    return { stage: stage.name, seconds: (performance.now() - begun) / 1000, tally: counted }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(stage: Stage, { root, filters, quiet }: StageOptions, report: string): Promise<number> {
  const reporters = ['--reporter', 'default', '--reporter', join(root, 'libs/testing/src/reporter/collector.ts')]
  const more = stage.counts === 'tests' ? ['--allowOnly=false', '--passWithNoTests', ...reporters, ...filters] : []
  const child = spawn(process.execPath, [join(root, stage.program), ...stage.args, ...more], {
    cwd: root,
    env: { ...process.env, PREP_TEST_REPORT: report, NX_DAEMON: 'false' },
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  })
  const kept: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => kept.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => kept.push(chunk))
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (code) => {
      if (code !== 0) process.stderr.write(Buffer.concat(kept))
      resolve(code ?? 1)
    })
  })
}

function checkTally(stage: Stage, exitCode: number): Tally {
  return tally([{ name: stage.title, state: exitCode === 0 ? 'passed' : 'failed' }])
}

/** Vitest may fail without a failed test (no report, a leak, an unhandled error): that counts as one failure. */
function readTally(stage: Stage, report: string, exitCode: number): Tally {
  const broken = (why: string): Tally => tally([{ name: `${stage.title}: ${why}`, state: 'failed' }])
  if (!existsSync(report)) return broken(`ended with exit code ${exitCode} and no report`)
  const counted = JSON.parse(readFileSync(report, 'utf8')) as Tally
  if (exitCode === 0 || counted.failed > 0) return counted
  const stray = broken(`ended with exit code ${exitCode} though no test failed`)
  return { ...counted, failed: counted.failed + 1, failures: [...counted.failures, ...stray.failures] }
}
