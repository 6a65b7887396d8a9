import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { repositoryRoot } from '../../runtime/repository.ts'
import type { Manifest } from '../render/manifest.ts'
import { render } from '../render/render.ts'
import { gitopsTool } from '../tools.ts'

interface Setting { name: string, value?: string, envRef?: string, secretKeyRef?: { name: string, key: string } }
interface Component extends Manifest { spec: { type: string, version: string, metadata: Setting[] }, scopes: string[] }
type Resiliency = Manifest & { spec: { targets: unknown, policies: unknown } }

const folder = join(repositoryRoot, 'dapr/components/local')
const local = readdirSync(folder).map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Manifest)
const names = local.filter(({ kind }) => kind === 'Component').map(({ metadata }) => metadata.name)

let cluster: Manifest[]
const find = <T extends Manifest>(files: readonly Manifest[], kind: string, name: string): T => {
  const found = files.find((file) => file.kind === kind && file.metadata.name === name)
  if (found === undefined) throw new Error(`There is no ${kind} ${name}.`)
  return found as T
}
const both = (name: string): Component[] => [local, cluster].map((files) => find<Component>(files, 'Component', name))
const setting = (component: Component, name: string): Setting | undefined => component.spec.metadata.find((item) => item.name === name)
const listed = (text = '', separator: string): string[] => text.replaceAll(/\s/g, '').split(separator).filter(Boolean).sort()
/** `app=topic,topic;...` with apps and topics in order. */
const scopes = (component: Component, name: string): string[] =>
  listed(setting(component, name)?.value, ';').map((scope) => `${scope.split('=')[0]}=${listed(scope.split('=')[1], ',').join(',')}`)

beforeAll(async () => {
  const release = { id: 'dapr', name: 'dapr', namespace: 'prep-dev', chart: 'charts/prep-dapr', valueFiles: [] }
  cluster = [...(await render(repositoryRoot, release, await gitopsTool('helm'))).manifests]
})

test('the cluster has the components of the local platform, and no other', () => {
  expect(cluster.filter(({ kind }) => kind === 'Component').map(({ metadata }) => metadata.name).sort()).toEqual([...names].sort())
})

describe.each(names)('%s', (name) => {
  test('opens the same topics to the same apps', () => {
    const [here, there] = both(name) as [Component, Component]
    expect([...there.scopes].sort()).toEqual([...here.scopes].sort())
    for (const scope of ['publishingScopes', 'subscriptionScopes']) expect(scopes(there, scope), scope).toEqual(scopes(here, scope))
    expect(listed(setting(there, 'protectedTopics')?.value, ',')).toEqual(listed(setting(here, 'protectedTopics')?.value, ','))
  })

  test('speaks to Kafka in the same way, but for who it is', () => {
    const [here, there] = both(name) as [Component, Component]
    const differing = ['authType', 'publishingScopes', 'subscriptionScopes', 'protectedTopics']
    for (const item of here.spec.metadata.filter((one) => !differing.includes(one.name))) expect(setting(there, item.name)).toEqual(item)
    expect(`${there.spec.type} ${there.spec.version}`).toBe(`${here.spec.type} ${here.spec.version}`)
  })

  test('demands TLS, and takes who it is from secrets', () => {
    const [, there] = both(name) as [Component, Component]
    expect(setting(there, 'authType')?.value).toBe('password')
    expect([setting(there, 'disableTls')?.value, setting(there, 'skipVerify')?.value]).toEqual(['false', 'false'])
    expect(setting(there, 'caCert')?.secretKeyRef).toEqual({ name: 'kafka-ca', key: 'ca.crt' })
    expect(setting(there, 'saslPassword')).toEqual({ name: 'saslPassword', envRef: 'PREP_KAFKA_PASSWORD' })
  })
})

test('a sidecar tries again as it does locally', () => {
  const [here, there] = [local, cluster].map((files) => find<Resiliency>(files, 'Resiliency', 'prep'))
  expect(there?.spec).toEqual(here?.spec)
})

test('a sidecar refuses every call of another one, and opens what Prep uses', () => {
  const { spec } = find<Manifest>(cluster, 'Configuration', 'prep') as unknown as { spec: { accessControl: unknown, mtls: unknown, api: { allowed: Array<{ name: string }> } } }
  expect(spec.accessControl).toEqual({ defaultAction: 'deny', trustDomain: 'cluster.local' })
  expect(spec.mtls).toMatchObject({ enabled: true })
  expect([...new Set(spec.api.allowed.map(({ name }) => name))]).toEqual(['publish', 'healthz', 'metadata'])
})
