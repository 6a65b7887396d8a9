import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hasBatchClass, inBatchClass } from './batch-class.ts'
import { Part, type PartSpec } from './part.ts'
import { ProcessRecords } from './process-record.ts'

/** sched(7): 0 other, 3 batch. The 41st field of /proc/<pid>/stat. */
function policyOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38])
}

test('a part and what it starts run in the batch class, under the id that was recorded', async (context) => {
  if (!hasBatchClass()) context.skip('this machine has no batch class, or does not let us use it')
  const home = mkdtempSync(join(tmpdir(), 'prep-class-'))
  const pids = join(home, 'pids')
  const script = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); require('fs').writeFileSync('${pids}', process.pid + ' ' + child.pid); setInterval(() => {}, 1000); process.on('SIGTERM', () => { child.kill(); process.exit() })`
  const known = { name: 'sleeper', version: '1', ports: [] }
  const spec: PartSpec = { ...known, command: process.execPath, args: ['-e', script], cwd: home, env: {}, isReady: async () => readFileSync(pids, 'utf8').includes(' ') }
  const part = new Part(known, () => spec, home, new ProcessRecords(home))
  try {
    await part.start()
    const [own, child] = readFileSync(pids, 'utf8').split(' ').map(Number) as [number, number]
    expect(part.pid).toBe(own)
    expect([policyOf(own), policyOf(child)]).toEqual([3, 3])
  } finally {
    await part.stop()
    rmSync(home, { recursive: true, force: true })
  }
})

test('the command stays the last part of what is started', () => {
  const { command, args } = inBatchClass({ command: 'kafka', args: ['--fast'] })
  expect([command, ...args].slice(-2)).toEqual(['kafka', '--fast'])
})
