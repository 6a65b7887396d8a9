import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judge, type AllowList, type AuditReport } from './judge-audit.ts'
import { parse } from 'yaml'

// `node tools/ci/audit.ts`: npm audit, held against tools/ci/allowed.yaml. Exit code 1 when something is not allowed.
const root = join(import.meta.dirname, '../..')

/** npm ends with 1 when it finds something; what counts is what it prints. */
function npmAudit(): Promise<AuditReport> {
  return new Promise((resolve, reject) => {
    execFile('npm', ['audit', '--json', '--package-lock-only'], { cwd: root, maxBuffer: 64 * 1024 * 1024 }, (_, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as AuditReport)
      } catch {
        reject(new Error(`npm audit printed no JSON: ${stderr.trim()}`))
      }
    })
  })
}

const allowed = parse(readFileSync(join(import.meta.dirname, 'allowed.yaml'), 'utf8')) as AllowList
const { refused, notes } = judge(await npmAudit(), allowed, new Date())
process.stdout.write([...notes, ...refused, refused.length === 0 ? 'npm audit: nothing that is not allowed' : ''].filter((line) => line !== '').map((line) => `${line}\n`).join(''))
process.exitCode = refused.length === 0 ? 0 : 1
