import { writtenTopics } from './topics.ts'
import type { ServiceParts } from './service-parts.ts'

const environments = {
  dev: { logLevel: 'debug', mesh: false, more: ['scaling: { min: 1, max: 2 }'] },
  staging: { logLevel: 'info', mesh: true, more: ['scaling: { min: 2, max: 3 }'] },
  prod: { logLevel: 'info', mesh: true, more: ['spread: { zones: DoNotSchedule }'] },
} as const
type Environment = keyof typeof environments

/** What Argo CD and Kafka's users need of a new service: new files, by their path under the root. */
export function gitopsFiles(parts: ServiceParts): Record<string, string> {
  const { name } = parts
  const ofEnvironments = (Object.keys(environments) as Environment[]).flatMap((environment) => [
    [`gitops/envs/${environment}/${name}/values.yaml`, environmentValues(name, environment)],
    [`gitops/envs/${environment}/${name}/version.yaml`, version(name)],
  ])
  return {
    [`gitops/services/${name}/values.yaml`]: values(parts),
    [`gitops/platform/data/access/${name}.yaml`]: access(parts),
    ...Object.fromEntries(ofEnvironments) as Record<string, string>,
  }
}

function values({ name, says, hears }: ServiceParts): string {
  return `# ${says}
app: ${name}
scaling:
  kind: lag
  max: 6
consumes:
  - { group: ${name}, topic: ${hears.topic} }
`
}

function environmentValues(name: string, environment: Environment): string {
  const { logLevel, mesh, more } = environments[environment]
  return `# Settings of ${name} that hold in ${environment} only. What holds everywhere is in gitops/services/${name}/values.yaml.
environment: ${environment}
logLevel: ${logLevel}
${more.join('\n')}
istio: { enabled: ${mesh} }
platform:
  kafka: { namespace: prep-${environment}-data, bootstrapServers: "prep-kafka-bootstrap.prep-${environment}-data.svc.cluster.local:9093" }
  postgres: { namespace: prep-${environment}-data }
`
}

function version(name: string): string {
  return `# What runs here. Promotion copies this file as it is, from dev to staging and from staging to prod.
image:
  repository: ghcr.io/prep-kitchens/${name}
  # Zeros: no image has been published yet.
  digest: sha256:${'0'.repeat(64)}
release:
  version: 0.1.0
  # The commit that the image was built from; empty until CI has published one.
  commit: ""
  # Chart and common values are read at this commit. HEAD: at main's head, until CI writes the commit.
  chartRevision: HEAD
`
}

function access(parts: ServiceParts): string {
  const { name, hears } = parts
  const { publishes, own } = writtenTopics(parts)
  const lines = (items: readonly string[]): string => items.map((item) => `  - ${item}\n`).join('')
  return `# What the sidecar of ${name} may do on Kafka: as in dapr/components/local.
publishes:
${lines([...new Set([...publishes['pubsub-commands'], ...publishes['pubsub-events']])])}reads:
${lines([...own, hears.topic])}groups:
${lines([`${name}.commands`, `${name}.dead`, name])}`
}
