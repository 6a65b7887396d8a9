import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The outbox after so many rows went through it. */
export interface OutboxState {
  readonly rows: number
  /** Pages that a look at the table, and the check of an insert, touch. */
  readonly lookPages: number
  readonly checkPages: number
  readonly tableKiB: number
  readonly indexKiB: number
}

const root = join(import.meta.dirname, '../../..')

/** Runs the test of the table with more rows than a test may take, and PostgreSQL's own autovacuum. */
export async function measureOutbox(rows: number): Promise<OutboxState[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prep-outbox-'))
  const report = join(folder, 'report.json')
  try {
    const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'integration', 'libs/messaging/src/tests/outbox-table']
    const run = spawn(process.execPath, args, { cwd: root, env: { ...process.env, PREP_OUTBOX_ROWS: String(rows), PREP_OUTBOX_REPORT: report }, stdio: ['ignore', 2, 2] })
    const code = await new Promise<number>((done) => run.once('close', (exitCode) => done(exitCode ?? 1)))
    if (code !== 0) throw new Error('The outbox is not what it was at the start: see above.')
    return JSON.parse(readFileSync(report, 'utf8')) as OutboxState[]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
