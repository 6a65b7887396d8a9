import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { partitionsPerTopic, services, topics } from '../../runtime/catalogue.ts'
import { daprdVersion } from '../../runtime/daprd-version.ts'

// What stands in two places and must say the same.
const root = join(import.meta.dirname, '../../..')
const read = <T>(path: string): T => parse(readFileSync(join(root, path), 'utf8')) as T
const files = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort()
const environments = ['dev', 'staging', 'prod']

interface Access { readonly publishes?: string[], readonly reads?: string[], readonly groups?: string[] }
interface Data { readonly topics: Record<string, string[]>, readonly kafka: { readonly partitions: number }, readonly postgres: { readonly databases: string[] } }
interface Component { readonly kind: string, readonly spec: { readonly type: string, readonly metadata: { readonly name: string, readonly value?: string }[] } }

const data = read<Data>('gitops/platform/data/values.yaml')

test('every service has settings and a version in every environment', () => {
  const expected = environments.flatMap((environment) => services.map(({ name }) => `gitops/envs/${environment}/${name}`)).sort()
  expect(files('gitops/envs/*/*/version.yaml').map((path) => path.replace('/version.yaml', ''))).toEqual(expected)
  expect(files('gitops/envs/*/*/values.yaml').map((path) => path.replace('/values.yaml', ''))).toEqual(expected)
})

test('topics and partitions are those of the local platform', () => {
  const made = Object.entries(data.topics).flatMap(([kind, owners]) => owners.map((owner) => `prep.${owner}.${kind}`))
  expect(made.sort()).toEqual([...topics].sort())
  expect(data.kafka.partitions).toBe(partitionsPerTopic)
})

test('every service with a database has a cluster of its own', () => {
  expect(data.postgres.databases).toEqual(services.filter(({ database }) => database !== undefined).map(({ name }) => name))
})

test('on Kafka each sidecar may do what its components let it do, and no more', () => {
  const written = Object.fromEntries(files('gitops/platform/data/access/*.yaml').filter((path) => !path.endsWith('keda.yaml'))
    .map((path) => [basename(path, '.yaml'), sorted(read<Access>(path))]))
  expect(written).toEqual(accessOfComponents())
})

test('KEDA may watch every group', () => {
  const groups = Object.values(accessOfComponents()).flatMap(({ groups: own = [] }) => own).sort()
  expect(read<{ watchesGroups: string[] }>('gitops/platform/data/access/keda.yaml').watchesGroups).toEqual(groups)
})

test('the Dapr of the cluster is the Dapr of ./prep up', () => {
  expect(read<{ version: string }>('gitops/platform/parts/dapr.yaml').version).toBe(daprdVersion)
})

test('every chart of a third party has one exact version, from a repository that the project names', () => {
  const repositories = read<string[]>('gitops/bootstrap/project/repositories.yaml')
  const namespaces = read<string[]>('gitops/bootstrap/project/namespaces.yaml')
  const labelled = Object.keys(read<{ platform: object }>('gitops/platform/namespaces/values.yaml').platform)
  for (const path of files('gitops/platform/parts/*.yaml')) {
    const part = read<{ repoURL: string, version: string, namespace: string }>(path)
    expect(part.version, path).toMatch(/^v?\d+\.\d+\.\d+$/)
    expect(repositories, path).toContain(part.repoURL)
    expect(namespaces, path).toContain(part.namespace)
    expect(labelled, path).toContain(part.namespace)
  }
  expect(repositories).toHaveLength(new Set(files('gitops/platform/parts/*.yaml').map((path) => read<{ repoURL: string }>(path).repoURL)).size)
})

test('no project lets anything in by wildcard', () => {
  for (const path of files('gitops/bootstrap/project/*.yaml')) expect(readFileSync(join(root, path), 'utf8'), path).not.toMatch(/[*]/)
})

interface Rule { readonly alert: string, readonly labels: { readonly severity: string }, readonly annotations: { readonly summary: string, readonly runbook_url: string } }

test('every alert has a severity, a sentence and a page that names it', () => {
  const rules = files('gitops/platform/alerts/rules/*.yaml').flatMap((path) => read<{ groups: { rules: Rule[] }[] }>(path).groups.flatMap((group) => group.rules))
  expect(rules.length).toBeGreaterThan(10)
  for (const { alert, labels, annotations } of rules) {
    expect(['page', 'ticket'], alert).toContain(labels.severity)
    expect(annotations.summary, alert).toMatch(/\w/)
    const page = join(root, 'docs/runbooks', `${basename(annotations.runbook_url)}`)
    expect(existsSync(page), `${alert} names ${annotations.runbook_url}`).toBe(true)
    const names = ['roll-back.md', 'sync-failed.md'].includes(basename(page)) ? undefined : readFileSync(page, 'utf8').split('\n')[0]
    if (names !== undefined) expect(names, page).toContain(alert)
  }
})

function accessOfComponents(): Record<string, Access> {
  const access = new Map<string, { publishes: Set<string>, reads: Set<string>, groups: Set<string> }>()
  const of = (app: string) => access.get(app) ?? access.set(app, { publishes: new Set(), reads: new Set(), groups: new Set() }).get(app)!
  for (const component of files('dapr/components/local/*.yaml').flatMap(componentsIn)) {
    const field = (name: string): string => component.spec.metadata.find((one) => one.name === name)?.value ?? ''
    for (const [app, named] of scopes(field('publishingScopes'))) for (const topic of named) of(app).publishes.add(topic)
    for (const [app, named] of scopes(field('subscriptionScopes'))) {
      for (const topic of named) of(app).reads.add(topic)
      if (named.length > 0) of(app).groups.add(field('consumerGroup').replace('{appID}', app))
    }
  }
  return Object.fromEntries([...access].map(([app, { publishes, reads, groups }]) => [app, sorted({ publishes: [...publishes], reads: [...reads], groups: [...groups] })]))
}

function componentsIn(path: string): Component[] {
  return parseAllDocuments(readFileSync(join(root, path), 'utf8')).map((document) => document.toJS() as Component)
    .filter(({ kind, spec }) => kind === 'Component' && spec.type === 'pubsub.kafka')
}

/** `booking=a,b; payment=c` */
function scopes(text: string): [string, string[]][] {
  return text.split(';').map((scope) => scope.trim()).filter((scope) => scope !== '').map((scope) => {
    const [app = '', named = ''] = scope.split('=')
    return [app.trim(), named.split(',').map((topic) => topic.trim()).filter((topic) => topic !== '')]
  })
}

function sorted({ publishes = [], reads = [], groups = [] }: Access): Access {
  return { publishes: [...publishes].sort(), reads: [...reads].sort(), groups: [...groups].sort() }
}
