import { existsSync } from 'node:fs'
import { RuntimeError } from '../runtime/errors.ts'
import { requireGo } from '../runtime/go.ts'
import { runTool, tail } from '../runtime/run-tool.ts'
import type { Progress } from '../runtime/steps.ts'
import { modules, type ModuleName } from './module-list.ts'

interface Downloaded { readonly Dir?: string, readonly Sum?: string, readonly Error?: string }

/**
 * The folder of a pinned module, in Go's own cache; downloaded when it is not there. Its sum is compared with ours, so
 * no checksum database has to be reachable.
 * @throws RuntimeError RT_PREREQUISITE_MISSING, RT_INSTALL_FAILED, RT_CHECKSUM_MISMATCH, RT_INTERRUPTED
 */
export async function moduleFolder(name: ModuleName, progress: Progress = () => {}, signal?: AbortSignal): Promise<string> {
  const { path, version, sum } = modules[name]
  progress(`reading ${path} ${version}`)
  const { exitCode, output } = await runTool({
    command: requireGo(path),
    args: ['mod', 'download', '-json', `${path}@${version}`],
    cwd: '/',
    env: { ...process.env, GOFLAGS: '-modcacherw', GONOSUMDB: '*', GONOSUMCHECK: '1', GOTOOLCHAIN: 'auto' },
    ...(signal === undefined ? {} : { signal }),
  })
  const found = parse(output)
  if (exitCode !== 0 || found?.Dir === undefined || !existsSync(found.Dir)) {
    throw new RuntimeError('RT_INSTALL_FAILED', {
      message: `The module ${path} ${version} could not be had.`,
      hint: 'Look at the connection, then run the same again.',
      detail: found?.Error ?? tail(output),
    })
  }
  if (found.Sum === sum) return found.Dir
  throw new RuntimeError('RT_CHECKSUM_MISMATCH', {
    message: `The module ${path} ${version} is not the one that was checked: its sum is ${found.Sum}, wanted is ${sum}.`,
    hint: 'Do not use it. Try again on another connection.',
  })
}

function parse(output: string): Downloaded | undefined {
  try {
    return JSON.parse(output.slice(output.indexOf('{'))) as Downloaded
  } catch {
    return undefined
  }
}
