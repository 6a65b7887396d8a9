import { globSync, lstatSync, readFileSync, realpathSync } from 'node:fs'
import { join, normalize, relative } from 'node:path'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

// Argo CD renders an Application anew only for commits that touch what its annotation names.
const root = join(import.meta.dirname, '../../..')

interface Application {
  readonly kind: string
  readonly metadata: { readonly name: string, readonly annotations?: Record<string, string> }
  readonly spec: { readonly source?: { readonly repoURL: string, readonly path?: string, readonly helm?: { readonly valueFiles?: string[], readonly fileParameters?: { readonly path: string }[] } }, readonly template?: Application }
}

const documents = ['bootstrap', 'platform', 'services'].flatMap((name) => parseAllDocuments(readFileSync(join(root, `charts/golden/${name}.yaml`), 'utf8')).map((document) => document.toJS() as Application | null))
const applications = documents.flatMap((one) => one?.kind === 'ApplicationSet' ? [one.spec.template!] : one?.kind === 'Application' ? [one] : [])
  .filter(({ spec }) => spec.source?.repoURL.endsWith('/prep.git'))

test('the paths that an Application is rendered from are those that it reads', () => {
  expect(applications.length).toBeGreaterThan(12)
  for (const application of applications) {
    const named = namedBy(application)
    for (const path of readBy(application)) expect(named.some((one) => path === one || path.startsWith(`${one}/`)), `${application.metadata.name} reads ${path} and names ${named.join(', ')}`).toBe(true)
  }
})

function namedBy({ metadata, spec }: Application): string[] {
  const paths = metadata.annotations?.['argocd.argoproj.io/manifest-generate-paths']?.split(';') ?? []
  return paths.map((path) => normalize(join(spec.source?.path ?? '', path)).replace(/\/$/, ''))
}

/** Its chart, what links in it lead to, and the files that it names. */
function readBy({ spec: { source } }: Application): string[] {
  const chart = source?.path ?? ''
  const links = globSync(`${chart}/**`, { cwd: root }).filter((path) => lstatSync(join(root, path)).isSymbolicLink()).map((path) => relative(root, realpathSync(join(root, path))))
  const files = [...source?.helm?.valueFiles ?? [], ...(source?.helm?.fileParameters ?? []).map(({ path }) => path)]
  return [chart, ...links, ...files.map((file) => normalize(join(chart, file)))]
}
