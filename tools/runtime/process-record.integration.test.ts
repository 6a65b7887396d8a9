import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processIdentity } from './process-identity.ts'
import { endProcess, isRunning, ProcessRecords, type ProcessRecord } from './process-record.ts'

let home: string
const started: ChildProcess[] = []

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prep-records-'))
})

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

function recordOf(script: string): Promise<ProcessRecord> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up'); setInterval(() => {}, 1000)`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  started.push(child)
  const pid = child.pid ?? 0
  const record = { part: 'sleeper', pid, identity: processIdentity(pid) ?? '', startedAt: '', command: '', ports: [], stopSignal: 'SIGTERM', stopTimeoutMs: 300 } as const
  return new Promise((resolve) => child.stdout?.once('data', () => resolve(record)))
}

test('a recorded process is ended by its signal', async () => {
  const record = await recordOf('')
  expect(await endProcess(record)).toBe('stopped')
  expect(isRunning(record)).toBe(false)
})

test('one that ignores its signal is killed after its time-out', async () => {
  const record = await recordOf("process.on('SIGTERM', () => {})")
  expect(await endProcess(record)).toBe('killed')
  expect(isRunning(record)).toBe(false)
})

test('a process id that meanwhile belongs to another process is left alone', async () => {
  const record = await recordOf('')
  const recycled = { ...record, identity: `${record.identity}-of-long-ago` }
  expect(await endProcess(recycled)).toBe('gone')
  expect(isRunning(record)).toBe(true)
})

test('records outlive the process that wrote them, and a broken one is ignored', async () => {
  const record = await recordOf('')
  new ProcessRecords(home).write(record)
  expect(new ProcessRecords(home).all()).toEqual([record])
  new ProcessRecords(home).remove('sleeper')
  expect(new ProcessRecords(home).all()).toEqual([])
})
