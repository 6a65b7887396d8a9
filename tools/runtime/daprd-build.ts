import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { daprdVersion } from './daprd-version.ts'
import { RuntimeError } from './errors.ts'
import { runTool, tail } from './run-tool.ts'
import type { Progress } from './steps.ts'

const lockFolder = join(import.meta.dirname, 'daprd')
/** How many packages the build compiles, for a sense of how far it is. */
const packagesInAll = 2150

/**
 * Builds daprd with Go from the module lock. Only stable components: a third of the memory of all of them.
 * 4 to 5 minutes on two cores with 3 GB of downloads the first time; Go's own caches make an interrupted one go on.
 * @throws RuntimeError RT_PREREQUISITE_MISSING, RT_INSTALL_FAILED
 */
export async function buildDaprd(target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const go = requireGo()
  const begun = Date.now()
  let [modules, packages, last] = [0, 0, "reading the lock and Go's cache"]
  const tell = (): void => {
    const counted = packages > 0 ? `${packages} of about ${packagesInAll} packages` : `${modules} modules downloaded`
    progress(`building daprd ${daprdVersion} with Go, once, 4 to 5 minutes: ${Math.round((Date.now() - begun) / 1000)} s, ${counted}, ${last}`)
  }
  const ticking = setInterval(tell, 1000)
  try {
    const { exitCode, output } = await runTool({
      command: go,
      args: buildArguments(target),
      cwd: lockFolder,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOTOOLCHAIN: 'auto' },
      onLine: (line) => {
        if (line.startsWith('go: downloading ')) modules += 1
        else packages += 1
        last = line.replace('go: downloading ', '').slice(0, 60)
      },
      ...(signal === undefined ? {} : { signal }),
    })
    if (exitCode !== 0) throw buildFailed(output)
  } finally {
    clearInterval(ticking)
  }
}

function buildArguments(target: string): string[] {
  const linker = `-s -w -X github.com/dapr/dapr/pkg/buildinfo.version=${daprdVersion}`
  return ['build', '-v', '-buildvcs=false', '-mod=readonly', '-tags', 'stablecomponents', '-trimpath', '-ldflags', linker, '-o', target, 'github.com/dapr/dapr/cmd/daprd']
}

function buildFailed(output: string): RuntimeError {
  return new RuntimeError('RT_INSTALL_FAILED', {
    message: `daprd ${daprdVersion} could not be built.`,
    hint: 'If it was the connection, run the same again: it goes on where it stopped.',
    detail: tail(output),
  })
}

function requireGo(): string {
  const go = findGo()
  if (go !== undefined) return go.command
  throw new RuntimeError('RT_PREREQUISITE_MISSING', {
    message: `There is no daprd ${daprdVersion} on this machine, and no Go to build it with.`,
    hint: `Get either: ${howToGetGo}`,
  })
}

export const howToGetGo = process.platform === 'darwin' ? 'brew install go' : 'sudo apt-get install -y golang (1.21 or newer), or https://go.dev/dl'

export interface Go {
  readonly command: string
  readonly version: string
}

/** Go on PATH, else where its installers put it. Any release since 1.21 fetches the one that the lock asks for. */
export function findGo(): Go | undefined {
  for (const command of ['go', '/usr/local/go/bin/go', '/opt/homebrew/bin/go']) {
    if (command.startsWith('/') && !existsSync(command)) continue
    const { stdout, status } = spawnSync(command, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: '/' })
    if (status === 0) return { command, version: stdout.trim().replace(/^go/, '') }
  }
  return undefined
}
