import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, fillFolder, folderIsIntact } from '../../runtime/cache.ts'
import { goBuild } from '../../runtime/go.ts'
import type { Progress } from '../../runtime/steps.ts'
import { GitopsError } from '../errors.ts'

const name = 'sidecar-patch'

/**
 * The program that changes pods as Dapr's injector does, from the cache or built with Go, once.
 * Kept apart from the other tools: its lock is Dapr's, theirs is that of Kubernetes.
 * @throws RuntimeError RT_PREREQUISITE_MISSING, RT_INSTALL_FAILED, RT_INTERRUPTED
 */
export async function sidecarPatchProgram(progress: Progress = () => {}, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(import.meta.dirname, file)))
  const folder = join(cacheFolder(), `${name}-${hash.digest('hex').slice(0, 8)}`)
  if (!(await folderIsIntact(folder))) {
    await fillFolder(folder, (unfinished) => goBuild({ name, takes: '2 minutes', packagesInAll: 610, lockFolder: import.meta.dirname, args: ['-ldflags', '-s -w', '-o', join(unfinished, name), '.'] }, progress, signal))
  }
  return join(folder, name)
}

/**
 * Pods with the sidecar that Dapr's own code adds to them.
 * @param settings environment of the injector's deployment
 * @throws GitopsError GITOPS_CLUSTER_REFUSED when it cannot patch one
 */
export function withSidecars(program: string, pods: readonly object[], settings: Readonly<Record<string, string>>): Promise<object[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [], { env: settings, stdio: ['pipe', 'pipe', 'pipe'] })
    const [out, error]: [string[], string[]] = [[], []]
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => error.push(text))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(out.join('')) as object[])
      else reject(new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `Dapr's injector would refuse a pod: ${error.join('').trim()}` }))
    })
    child.stdin.on('error', () => undefined) // it ended before it read everything: the exit code tells
    child.stdin.end(JSON.stringify(pods))
  })
}
