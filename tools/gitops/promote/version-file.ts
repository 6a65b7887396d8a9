import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** What a version file says. Empty strings: not said. */
export interface Version {
  readonly digest: string
  readonly tag: string
  readonly version: string
  readonly commit: string
  readonly chartRevision: string
}

/** Path of the file that promotion copies, relative to the repository's root. */
export function versionFile(app: string, environment: string): string {
  return app === 'dapr' ? `gitops/envs/${environment}/dapr.version.yaml` : `gitops/envs/${environment}/${app}/version.yaml`
}

export function versionOf(root: string, app: string, environment: string): Version {
  const file = parse(readFileSync(join(root, versionFile(app, environment)), 'utf8')) as {
    image?: { digest?: string, tag?: string }
    release?: { version?: string, commit?: string, chartRevision?: string }
  }
  const { image = {}, release = {} } = file
  return {
    digest: image.digest ?? '',
    tag: image.tag ?? '',
    version: release.version ?? '',
    commit: release.commit ?? '',
    chartRevision: release.chartRevision ?? 'HEAD',
  }
}

/** A digest that names an image: 64 digits that are not all zeros, which stand for "none published yet". */
export function isDigest(digest: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(digest) && !/^sha256:0+$/.test(digest)
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision)
}
