import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const environments = ['dev', 'staging', 'prod'] as const
export type Environment = (typeof environments)[number]

/** One use of a chart: what `helm template` is given. Paths are relative to the repository's root. */
export interface Release {
  /** Unique: `prod/booking`, `prod/dapr`, `platform/mesh`, `bootstrap`. */
  readonly id: string
  readonly name: string
  readonly namespace: string
  /** undefined: it belongs to the cluster, not to an environment. */
  readonly environment?: Environment
  readonly chart: string
  readonly valueFiles: readonly string[]
  /** Says at which commit Argo CD reads the chart; without one, at the tree's. */
  readonly versionFile?: string
  /** Beside the files, as Argo CD hands them in. */
  readonly values?: Readonly<Record<string, unknown>>
}

interface OwnFolder { readonly name: string, readonly namespace: string, readonly namespaceSuffix?: string, readonly perEnvironment: boolean }

/** Everything that the tree under gitops/ installs from charts of our own, in the order in which it is applied. */
export function releases(root: string): Release[] {
  return [...bootstrap(root), ...platform(root), ...environments.flatMap((environment) => [...dapr(root, environment), ...services(root, environment)])]
}

/** The services of one environment: a folder with a version file each. */
export function services(root: string, environment: Environment): Release[] {
  const folder = join(root, 'gitops/envs', environment)
  return foldersIn(folder).filter((app) => existsSync(join(folder, app, 'version.yaml'))).map((app) => ({
    id: `${environment}/${app}`,
    name: app,
    namespace: `prep-${environment}`,
    environment,
    chart: 'charts/prep-service',
    versionFile: `gitops/envs/${environment}/${app}/version.yaml`,
    valueFiles: [`gitops/services/${app}/values.yaml`, `gitops/envs/${environment}/${app}/values.yaml`, `gitops/envs/${environment}/${app}/version.yaml`],
  }))
}

function dapr(root: string, environment: Environment): Release[] {
  const values = `gitops/envs/${environment}/dapr.values.yaml`
  if (!existsSync(join(root, 'charts/prep-dapr')) || !existsSync(join(root, values))) return []
  return [{ id: `${environment}/dapr`, name: 'dapr', namespace: `prep-${environment}`, environment, chart: 'charts/prep-dapr', valueFiles: [values], versionFile: `gitops/envs/${environment}/dapr.version.yaml` }]
}

function bootstrap(root: string): Release[] {
  const texts = (kind: 'version' | 'values'): Record<string, string> => Object.fromEntries(environments.map((environment) => {
    const file = join(root, `gitops/envs/${environment}/dapr.${kind}.yaml`)
    return [environment, existsSync(file) ? readFileSync(file, 'utf8') : '']
  }))
  const of = (name: string, values = {}): Release => ({ id: name, name, namespace: 'argocd', chart: `gitops/${name}`, valueFiles: [], values })
  return [of('bootstrap'), of('platform'), of('services', { daprVersions: texts('version'), daprValues: texts('values') })].filter(({ chart }) => isChart(root, chart))
}

/** The folders of gitops/platform that are charts; some once, some for each environment. */
function platform(root: string): Release[] {
  const file = join(root, 'gitops/platform/values.yaml')
  const { own = [] } = existsSync(file) ? parse(readFileSync(file, 'utf8')) as { own?: OwnFolder[] } : {}
  return own.filter(({ name }) => isChart(root, `gitops/platform/${name}`)).flatMap((folder) => folder.perEnvironment
    ? environments.map((environment) => platformRelease(root, folder, environment))
    : [platformRelease(root, folder)])
}

function platformRelease(root: string, { name, namespace, namespaceSuffix = '' }: OwnFolder, environment?: Environment): Release {
  const chart = `gitops/platform/${name}`
  if (environment === undefined) return { id: `platform/${name}`, name, namespace, chart, valueFiles: [], values: { environments } }
  const settings = `gitops/envs/${environment}/${name}.values.yaml`
  return {
    id: `platform/${environment}/${name}`,
    name,
    namespace: `prep-${environment}${namespaceSuffix}`,
    environment,
    chart,
    valueFiles: existsSync(join(root, settings)) ? [settings] : [],
    values: { environment },
  }
}

function isChart(root: string, chart: string): boolean {
  return existsSync(join(root, chart, 'Chart.yaml'))
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()
}
