import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { cacheFolder, fillFolder, folderIsIntact } from '../../runtime/cache.ts'
import type { Progress } from '../../runtime/steps.ts'
import { modules, type ModuleName } from '../module-list.ts'
import { moduleFolder } from '../modules.ts'
import { customResourceSchemas } from './custom-resource-schemas.ts'
import type { JsonSchema } from './json-schema.ts'
import { kubernetesSchemas } from './kubernetes-schemas.ts'

/** Where in its module a project keeps its custom resource definitions: a folder or a file. */
export const definitionSources: Partial<Record<ModuleName, string>> = {
  'argo-cd': 'manifests/crds',
  'argo-rollouts': 'manifests/crds',
  'cert-manager': 'deploy/crds',
  'cloudnative-pg': 'config/crd/bases',
  'dapr': 'charts/dapr/crds',
  'external-secrets': 'config/crds/bases',
  'istio': 'kubernetes/customresourcedefinitions.gen.yaml',
  'keda': 'config/crd/bases',
  'prometheus-operator': 'example/prometheus-operator-crd',
}

export interface Schemas {
  /** The folder of the schemas. */
  readonly folder: string
  /** What kubeconform takes as its only -schema-location. */
  readonly location: string
  /** Folder of the definitions themselves, for a real API server: `dapr.io Component.json`. */
  readonly definitions: string
}

/** Bumped when the conversion changes what it writes. */
const conversion = 3

/**
 * Schemas of every kind that the rendered tree may hold, made once from the pinned modules into the cache.
 * @throws RuntimeError as moduleFolder does.
 */
export async function schemas(progress: Progress = () => {}, signal?: AbortSignal): Promise<Schemas> {
  const sum = createHash('sha256').update(JSON.stringify([modules, definitionSources, conversion])).digest('hex').slice(0, 8)
  const folder = join(cacheFolder(), `gitops-schemas-${sum}`)
  if (!(await folderIsIntact(folder))) await fillFolder(folder, (target) => fill(target, progress, signal))
  return { folder: join(folder, 'schemas'), location: join(folder, 'schemas', '{{.Group}}', '{{.ResourceKind}}_{{.ResourceAPIVersion}}.json'), definitions: join(folder, 'definitions') }
}

async function fill(target: string, progress: Progress, signal?: AbortSignal): Promise<void> {
  const kubernetes = await moduleFolder('kubernetes', progress, signal)
  const swagger = readFileSync(join(kubernetes, 'api/openapi-spec/swagger.json'), 'utf8')
  write(join(target, 'schemas'), kubernetesSchemas(JSON.parse(swagger) as Parameters<typeof kubernetesSchemas>[0]))
  for (const [name, path] of Object.entries(definitionSources)) {
    const source = join(await moduleFolder(name as ModuleName, progress, signal), path)
    const text = definitionFiles(source).map((file) => readFileSync(file, 'utf8')).join('\n---\n')
    write(join(target, 'schemas'), customResourceSchemas(text))
    for (const definition of definitionsIn(text)) writeDefinition(join(target, 'definitions'), definition)
  }
}

interface Named { readonly spec: { readonly group: string, readonly names: { readonly kind: string } } }

/** Definitions are kept as JSON, a file each: an API server takes it, and reading 12 MB of YAML takes 10 s. */
function writeDefinition(folder: string, definition: Named): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${definition.spec.group} ${definition.spec.names.kind}.json`), JSON.stringify(definition))
}

function definitionsIn(text: string): Named[] {
  return parseAllDocuments(text).map((document) => document.toJS() as (Named & { kind?: string }) | null)
    .filter((document) => document?.kind === 'CustomResourceDefinition').filter((document) => document !== null)
}

function definitionFiles(source: string): string[] {
  if (/\.ya?ml$/.test(source)) return [source]
  return readdirSync(source).filter((file) => /\.ya?ml$/.test(file) && file !== 'kustomization.yaml').sort().map((file) => join(source, file))
}

function write(folder: string, files: ReadonlyMap<string, JsonSchema>): void {
  for (const [file, schema] of files) {
    const path = join(folder, file)
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(schema))
  }
}
