import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { services } from '../../runtime/catalogue.ts'
import { repositoryRoot } from '../../runtime/repository.ts'
import { nameOf, type Manifest } from '../render/manifest.ts'
import type { Environment } from '../render/releases.ts'
import { render } from '../render/render.ts'
import { gitopsTool } from '../tools.ts'
import { serviceRelease } from './service-release.ts'

interface Pod { metadata: { annotations: Record<string, string>, labels: Record<string, string> }, spec: { terminationGracePeriodSeconds: number, containers: Array<{ env: Array<{ name: string }>, args?: string[] }> } }

let helm: string
beforeAll(async () => {
  helm = await gitopsTool('helm')
})

async function rendered(app: string, values: Record<string, unknown> = {}, environment: Environment = 'dev'): Promise<readonly Manifest[]> {
  return (await render(repositoryRoot, serviceRelease(app, values, environment), helm)).manifests
}
const kinds = (manifests: readonly Manifest[]): string[] => manifests.map(({ kind }) => kind)
/** The one of its kind, and its spec as the test knows it. */
function only<Spec = Readonly<Record<string, unknown>>>(manifests: readonly Manifest[], kind: string): { metadata: Manifest['metadata'], spec: Spec } {
  const found = manifests.filter((manifest) => manifest.kind === kind)
  expect(found.map(nameOf)).toHaveLength(1)
  return found[0] as unknown as { metadata: Manifest['metadata'], spec: Spec }
}
const policies = (manifests: readonly Manifest[]): string[] => manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name)

describe('scaling', () => {
  test('a service that reads no topic is scaled by load, up to 50 for listing', async () => {
    const manifests = await rendered('listing')
    expect(only(manifests, 'HorizontalPodAutoscaler').spec).toMatchObject({ minReplicas: 3, maxReplicas: 50 })
    expect(kinds(manifests)).not.toContain('ScaledObject')
  })

  test('a consumer is scaled by lag, up to a replica a partition', async () => {
    const manifests = await rendered('booking')
    expect(only(manifests, 'ScaledObject').spec).toMatchObject({ minReplicaCount: 3, maxReplicaCount: 6 })
    expect(kinds(manifests)).not.toContain('HorizontalPodAutoscaler')
  })

  test('a fixed number stands in the Deployment, and only there', async () => {
    const manifests = await rendered('listing', { scaling: { kind: 'fixed', min: 1 } })
    expect(only(manifests, 'Deployment').spec).toMatchObject({ replicas: 1 })
    expect(kinds(manifests)).not.toEqual(expect.arrayContaining(['HorizontalPodAutoscaler']))
    expect(kinds(manifests)).not.toContain('PodDisruptionBudget')
    expect(only(await rendered('listing'), 'Deployment').spec).not.toHaveProperty('replicas')
  })
})

describe('rollout', () => {
  test('a canary takes 10, 50, 100 % with an analysis before each step up', async () => {
    const manifests = await rendered('listing', { rollout: { kind: 'canary' } }, 'staging')
    const { strategy } = only(manifests, 'Rollout').spec as unknown as { strategy: { canary: { steps: object[] } } }
    expect(strategy.canary.steps.map((step) => Object.entries(step)[0]?.map((part) => (typeof part === 'object' ? '' : part)).join(''))).toEqual(['setWeight10', 'analysis', 'setWeight50', 'analysis', 'setWeight100'])
    expect(only(manifests, 'HorizontalPodAutoscaler').spec).toMatchObject({ scaleTargetRef: { kind: 'Rollout', name: 'listing' } })
    expect(kinds(manifests)).not.toContain('Deployment')
  })

  test('blue-green has a preview, which is not scraped twice', async () => {
    const manifests = await rendered('api-gateway', { rollout: { kind: 'blueGreen' } }, 'staging')
    const components = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => `${metadata.name} ${metadata.labels?.['app.kubernetes.io/component']}`)
    expect(components).toEqual(['api-gateway service', 'api-gateway-preview preview'])
    expect(only(manifests, 'AnalysisTemplate').metadata.name).toBe('api-gateway')
  })
})

test('a sidecar is started as ./prep up starts it', async () => {
  const local = readFileSync(join(repositoryRoot, 'tools/runtime/sidecar.ts'), 'utf8')
  const said = (name: string): string => new RegExp(`'?${name}'?: '?([^',\n]+)`).exec(local)?.[1] ?? `no ${name}`
  const { template } = only<{ template: Pod }>(await rendered('booking'), 'Deployment').spec
  const { annotations } = template.metadata
  expect(annotations['dapr.io/max-body-size']).toBe(said('max-body-size'))
  expect(annotations['dapr.io/graceful-shutdown-seconds']).toBe(said('dapr-graceful-shutdown-seconds'))
  expect(annotations['dapr.io/log-level']).toBe(said('log-level'))
  expect(annotations['dapr.io/env']).toContain(`GOMAXPROCS=${said('GOMAXPROCS')},`)
  expect(annotations['dapr.io/enable-app-health-check']).toBe(String(local.includes('--enable-app-health-check')))
})

describe('migrations', () => {
  test('run once, before the app, on a connection of their own, without a sidecar', async () => {
    const job = only(await rendered('booking'), 'Job')
    const { template } = job.spec as unknown as { template: Pod }
    expect(job.metadata.annotations).toMatchObject({ 'argocd.argoproj.io/hook': 'Sync', 'argocd.argoproj.io/sync-wave': '-1' })
    expect(template.metadata.annotations).toEqual({ 'dapr.io/enabled': 'false' })
    expect(template.spec.containers[0]).toMatchObject({ args: ['migrate.js'], env: expect.arrayContaining([{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'booking', key: 'migration-database-url' } } }]) })
  })

  test('there are none where there is no database', async () => {
    const manifests = await rendered('api-gateway')
    expect(kinds(manifests)).not.toContain('Job')
    expect(policies(manifests).filter((name) => name.includes('migration') || name.includes('postgres'))).toEqual([])
  })
})

describe('network', () => {
  test.each(services.map(({ name }) => name))('of %s is closed but for holes with a name', async (app) => {
    const manifests = (await rendered(app)).filter(({ kind }) => kind === 'NetworkPolicy')
    expect(policies(manifests)).toContain(`${app}-deny-all`)
    for (const { metadata, spec } of manifests) expect(Object.keys(spec ?? {}).includes('ingress') || Object.keys(spec ?? {}).includes('egress'), metadata.name).toBe(!metadata.name.endsWith('deny-all'))
  })

  test('lets only the gateway reach a service, and payment the card provider', async () => {
    expect(policies(await rendered('booking')).filter((name) => name.startsWith('booking-from'))).toEqual(['booking-from-api-gateway', 'booking-from-prometheus', 'booking-from-helm-test'])
    expect(policies(await rendered('payment')).filter((name) => name.startsWith('payment-to'))).toEqual(
      ['payment-to-dns', 'payment-to-postgres', 'payment-to-dapr-operator', 'payment-to-dapr-sentry', 'payment-to-kafka', 'payment-to-card-provider'],
    )
  })

  test('in the mesh names callers by identity', async () => {
    const manifests = await rendered('listing', { istio: { enabled: true }, helmTest: { enabled: false } }, 'prod')
    expect(only(manifests, 'PeerAuthentication').spec).toMatchObject({ mtls: { mode: 'STRICT' } })
    const { rules } = only<{ rules: Array<{ from: Array<{ source: { principals: string[] } }> }> }>(manifests, 'AuthorizationPolicy').spec
    expect(rules.map(({ from }) => from[0]?.source.principals)).toEqual([['cluster.local/ns/prep-prod/sa/api-gateway'], ['cluster.local/ns/monitoring/sa/kube-prometheus-stack-prometheus']])
  })
})

test('a service without a sidecar has neither its annotations nor its secrets', async () => {
  const manifests = await rendered('listing', { dapr: { enabled: false } })
  const { template } = only(manifests, 'Deployment').spec as unknown as { template: Pod }
  expect(Object.keys(template.metadata.annotations).filter((key) => key.startsWith('dapr.io'))).toEqual([])
  expect(manifests.filter(({ kind }) => kind === 'ExternalSecret').map(({ metadata }) => metadata.name)).toEqual(['listing'])
  expect(template.spec.containers[0]?.env.map(({ name }) => name)).not.toContain('DAPR_API_TOKEN')
})
