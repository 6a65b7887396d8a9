import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { tail } from '../../runtime/run-tool.ts'
import { GitopsError } from '../errors.ts'
import { chartRoot, valueFilesAt } from './chart-root.ts'
import { manifestsIn, type Manifest } from './manifest.ts'
import type { Release } from './releases.ts'
import { whyHelmRefused } from './why-helm-refused.ts'

export interface Rendered {
  readonly release: Release
  readonly text: string
  readonly manifests: readonly Manifest[]
}

/**
 * What would be applied for a release, as `helm template` makes it.
 * @throws GitopsError GITOPS_RENDER_FAILED, with the reason in a sentence; GITOPS_REVISION_UNKNOWN
 */
export async function render(root: string, release: Release, helm: string): Promise<Rendered> {
  const chartsAt = await chartRoot(root, release)
  const folder = mkdtempSync(join(tmpdir(), 'prep-render-'))
  try {
    const values = join(folder, 'values.yaml')
    writeFileSync(values, stringify(release.values ?? {}))
    const text = await run(helm, [...helmArguments({ ...release, valueFiles: valueFilesAt(root, chartsAt, release.valueFiles) }), '-f', values], chartsAt).catch((error: unknown) => {
      throw renderFailed(release, (error as { stderr?: string }).stderr ?? String(error))
    })
    return { release, text, manifests: manifestsIn(text) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Standard output alone: Helm's warnings are no YAML. */
async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  return (await promisify(execFile)(command, args, { cwd, maxBuffer: 64 * 1024 * 1024 })).stdout
}

/** All of them, two at a time: Helm takes a tenth of a second of one core each. */
export async function renderAll(root: string, all: readonly Release[], helm: string): Promise<Rendered[]> {
  const rendered: Rendered[] = []
  const waiting = [...all.entries()]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, release] = next
      rendered[index] = await render(root, release, helm)
    }
  }
  await Promise.all([work(), work()])
  return rendered
}

/** `helm template` as Argo CD runs it, but without what is its business alone: hooks of `helm test` are rendered too. */
export function helmArguments({ name, chart, namespace, valueFiles }: Release): string[] {
  return ['template', name, chart, '--namespace', namespace, '--api-versions', 'monitoring.coreos.com/v1', ...valueFiles.flatMap((file) => ['-f', file])]
}

function renderFailed(release: Release, output: string): GitopsError {
  return new GitopsError('GITOPS_RENDER_FAILED', {
    message: `${release.id} cannot be rendered: ${whyHelmRefused(output)}`,
    hint: `Its values: ${release.valueFiles.join(', ') || `${release.chart}/values.yaml`}.`,
    detail: tail(output),
  })
}
