import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { RuntimeError } from './errors.ts'
import { runTool, tail } from './run-tool.ts'
import type { Progress } from './steps.ts'

/** The first that fetches by itself the release that a lock asks for. Some distributions still have an older one. */
const oldestGo = [1, 21] as const

/** Go's own archive, put where `findGo` looks: what a distribution calls golang may be too old. */
export function commandForGo(platform: string, arch: string): string {
  if (platform === 'darwin') return 'brew install go'
  return `curl -fsSL https://go.dev/dl/go1.26.4.linux-${arch === 'x64' ? 'amd64' : arch}.tar.gz | sudo tar -xz -C /usr/local`
}

export const howToGetGo = commandForGo(process.platform, process.arch)

export interface Go {
  readonly command: string
  readonly version: string
}

/** Go 1.21 or newer on PATH, else where its installers put it. */
export function findGo(): Go | undefined {
  for (const command of ['go', '/usr/local/go/bin/go', '/opt/homebrew/bin/go']) {
    if (command.startsWith('/') && !existsSync(command)) continue
    const { stdout, status } = spawnSync(command, ['env', 'GOVERSION'], { encoding: 'utf8', cwd: '/' })
    const version = (stdout ?? '').trim().replace(/^go/, '')
    if (status === 0 && isNewEnough(version)) return { command, version }
  }
  return undefined
}

/** @param version as Go tells it, `1.26.4`; of a development build, `devel ...`, the best is believed */
export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined) return version.startsWith('devel')
  return Number(major) > oldestGo[0] || (Number(major) === oldestGo[0] && Number(minor) >= oldestGo[1])
}

/** @throws RuntimeError RT_PREREQUISITE_MISSING */
export function requireGo(wanted: string): string {
  const go = findGo()
  if (go !== undefined) return go.command
  throw new RuntimeError('RT_PREREQUISITE_MISSING', {
    message: `There is no ${wanted} on this machine, and no Go ${oldestGo.join('.')} or newer to build it with.`,
    hint: `Get it: ${howToGetGo}`,
  })
}

export interface GoBuild {
  /** What is built, as a reader knows it. */
  readonly name: string
  /** How long it takes the first time, in words. */
  readonly takes: string
  /** How many packages it compiles at most, for a sense of how far it is. */
  readonly packagesInAll: number
  /** The folder with go.mod and go.sum. */
  readonly lockFolder: string
  /** What stands after `go build -v -buildvcs=false -mod=readonly -trimpath`. */
  readonly args: readonly string[]
}

/**
 * Builds from a module lock, on two cores at most and behind everything else on the machine. Go's own caches make an
 * interrupted build go on where it stopped.
 * @throws RuntimeError RT_PREREQUISITE_MISSING, RT_INSTALL_FAILED, RT_INTERRUPTED
 */
export async function goBuild(build: GoBuild, progress: Progress, signal?: AbortSignal): Promise<void> {
  const go = requireGo(build.name)
  const begun = Date.now()
  let [modules, packages, last] = [0, 0, "reading the lock and Go's cache"]
  const tell = (): void => {
    const counted = packages > 0 ? `${packages} of about ${build.packagesInAll} packages` : `${modules} modules downloaded`
    progress(`building ${build.name} with Go, once, ${build.takes}: ${Math.round((Date.now() - begun) / 1000)} s, ${counted}, ${last}`)
  }
  const ticking = setInterval(tell, 1000)
  try {
    const { exitCode, output } = await runTool({
      command: 'nice',
      args: ['-n', '10', go, 'build', '-v', '-buildvcs=false', '-mod=readonly', '-trimpath', ...build.args],
      cwd: build.lockFolder,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOTOOLCHAIN: 'auto' },
      onLine: (line) => {
        if (line.startsWith('go: downloading ')) modules += 1
        else packages += 1
        last = line.replace('go: downloading ', '').slice(0, 60)
      },
      ...(signal === undefined ? {} : { signal }),
    })
    if (exitCode !== 0) throw buildFailed(build.name, output)
  } finally {
    clearInterval(ticking)
  }
}

function buildFailed(name: string, output: string): RuntimeError {
  return new RuntimeError('RT_INSTALL_FAILED', {
    message: `${name} could not be built.`,
    hint: 'If it was the connection, run the same again: it goes on where it stopped.',
    detail: tail(output),
  })
}
