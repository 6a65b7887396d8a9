import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { DRAIN_LIMITS } from '../../../libs/service/src/drain.ts'
import { partitionsPerTopic, services } from '../../runtime/catalogue.ts'
import { repositoryRoot } from '../../runtime/repository.ts'

interface Values {
  app: string
  env?: Record<string, string>
  secretEnv?: Record<string, string>
  database?: { enabled?: boolean }
  migration?: { enabled?: boolean }
  consumes?: Array<{ group: string, topic: string }>
  network?: { calls?: string[], callers?: string[] }
}
interface Component { metadata: { name: string }, spec: { metadata: Array<{ name: string, value?: string }> } }

const read = (...path: string[]): string => readFileSync(join(repositoryRoot, ...path), 'utf8')
const valuesOf = (app: string): Values => parse(read('gitops/services', app, 'values.yaml')) as Values
const defaults = parse(read('charts/prep-service/values.yaml')) as { partitions: number, shutdown: { drainSeconds: number } }
const names = services.map(({ name }) => name)

/** Topics that bring a service work: not its dead letters, nor commands that only its own sidecar publishes (operators' orders). */
function workOf(app: string): Array<{ group: string, topic: string }> {
  const components = ['pubsub-events', 'pubsub-commands'].map((name) => parse(read('dapr/components/local', `${name}.yaml`)) as Component)
  return components.flatMap((component) => {
    const group = (setting(component, 'consumerGroup') ?? '').replace('{appID}', app)
    const publishers = (topic: string): string[] => scopes(component, 'publishingScopes').filter(([, topics]) => topics.includes(topic)).map(([name]) => name)
    // Pages for a rebuild of somebody's projection are asked for by hand, too: a canary may answer them, and none is scaled for them.
    const byHand = (topic: string): boolean => topic === 'prep.listing.commands'
    const ownOrders = (topic: string): boolean => topic.endsWith('.commands') && (byHand(topic) || publishers(topic).every((name) => name === app))
    return scopes(component, 'subscriptionScopes').filter(([name]) => name === app)
      .flatMap(([, topics]) => topics.filter((topic) => !ownOrders(topic)).map((topic) => ({ group, topic })))
  })
}

function setting(component: Component, name: string): string | undefined {
  return component.spec.metadata.find((item) => item.name === name)?.value
}

function scopes(component: Component, name: string): Array<[app: string, topics: string[]]> {
  return (setting(component, name) ?? '').replaceAll(/\s/g, '').split(';').filter(Boolean)
    .map((scope) => [scope.split('=')[0] ?? '', (scope.split('=')[1] ?? '').split(',')])
}

/** Variables of apps/<app>/src/*.config.ts; `required`: without a default. */
function settingsOf(app: string): Array<{ variable: string, required: boolean }> {
  const folder = join(repositoryRoot, 'apps', app, 'src')
  const text = readdirSync(folder).filter((file) => file.endsWith('.config.ts')).map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  return [...text.matchAll(/\b(text|url|integer|flag|oneOf|optionalText|optionalUrl)\('([A-Z_]+)'([^\n]*)/g)]
    .map(([, kind = '', variable = '', rest = '']) => ({ variable, required: !kind.startsWith('optional') && !/\bdefault:/.test(rest) }))
}

test('there are values for each service, and for no other', () => {
  const folders = readdirSync(join(repositoryRoot, 'gitops/services'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'templates')
  expect(folders.map(({ name }) => name).sort()).toEqual([...names].sort())
})

test('the chart knows how long a service drains, and how many partitions a topic has', () => {
  expect(defaults.shutdown.drainSeconds * 1000).toBe(DRAIN_LIMITS.totalMs)
  expect(defaults.partitions).toBe(partitionsPerTopic)
})

describe.each(services.map((service) => [service.name, service] as const))('%s', (app, service) => {
  const values = valuesOf(app)
  const given = [...Object.keys(values.env ?? {}), ...Object.keys(values.secretEnv ?? {}), ...(service.database === undefined ? [] : ['DATABASE_URL'])]

  test('is given every setting that it cannot start without, and none that it does not know', () => {
    const known = settingsOf(app)
    expect(given).toEqual(expect.arrayContaining(known.filter(({ required }) => required).map(({ variable }) => variable)))
    expect([...known.map(({ variable }) => variable), 'DATABASE_URL']).toEqual(expect.arrayContaining(given))
  })

  test('has a database and migrations in the cluster if it has them here', () => {
    expect(values.app).toBe(app)
    expect(values.database?.enabled ?? true).toBe(service.database !== undefined)
    expect(values.migration?.enabled ?? true).toBe(existsSync(join(repositoryRoot, 'apps', app, 'src/migrate.ts')))
  })

  test('is scaled by the topics that bring it work', () => {
    const ordered = (topics: Array<{ topic: string }>) => [...topics].sort((a, b) => a.topic.localeCompare(b.topic))
    expect(ordered(values.consumes ?? [])).toEqual(ordered(workOf(app)))
  })

  test('lets in whoever calls it', () => {
    expect([...(values.network?.callers ?? [])].sort()).toEqual(names.filter((other) => valuesOf(other).network?.calls?.includes(app)).sort())
  })
})
