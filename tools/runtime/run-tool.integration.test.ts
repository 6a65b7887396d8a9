import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processIdentity } from './process-identity.ts'
import { isGone } from './process-record.ts'
import { runTool } from './run-tool.ts'

test('exit code and output of a tool are told', async () => {
  const lines: string[] = []
  const outcome = await runTool({ command: 'sh', args: ['-c', 'echo one; echo two >&2; exit 3'], onLine: (line) => lines.push(line) })
  expect(outcome.exitCode).toBe(3)
  expect(lines.sort()).toEqual(['one', 'two'])
})

test('a tool that is not there is exit code 127', async () => {
  expect(await runTool({ command: 'no-such-tool', args: [] })).toMatchObject({ exitCode: 127 })
})

test('an abort ends the tool', async () => {
  const controller = new AbortController()
  let pid = 0
  const run = runTool({
    command: process.execPath,
    args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
    signal: controller.signal,
    onLine: (line) => {
      pid = Number(line)
      controller.abort()
    },
  })
  await expect(run).rejects.toMatchObject({ code: 'RT_INTERRUPTED' })
  expect(await isGone({ pid, identity: processIdentity(pid) ?? 'gone' }, 5000)).toBe(true)
})

test('a tool ends with the process that runs it, even when that is killed with SIGKILL', async () => {
  const script = `
    const { runTool } = await import(${JSON.stringify(join(import.meta.dirname, 'run-tool.ts'))})
    await runTool({ command: process.execPath, args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'], onLine: console.log })`
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [told] = (await once(runner.stdout, 'data')) as [Buffer]
  const pid = Number(String(told))
  const tool = { pid, identity: processIdentity(pid) ?? '' }
  expect(tool.identity).not.toBe('')
  runner.kill('SIGKILL')
  expect(await isGone(tool, 5000)).toBe(true)
})
