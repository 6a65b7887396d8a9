import { servingPods, type Container, type Probe } from './pods.ts'
import type { Policy } from './policy.ts'

const kinds = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const

function probesOf(container: Container): Array<[string, Probe | undefined]> {
  return kinds.map((kind) => [kind, container[kind]])
}

export const probes: readonly Policy[] = [
  {
    name: 'probes-of-three-kinds',
    says: 'What serves has a startup, a liveness and a readiness probe, with its period, time-out and threshold written down.',
    broken: (rendered) => servingPods(rendered).flatMap(({ owner, spec }) => spec.containers.flatMap((container) => probesOf(container).flatMap(([kind, probe]) => {
      if (probe === undefined) return [`${owner}, container ${container.name}, has no ${kind}`]
      const missing = (['periodSeconds', 'timeoutSeconds', 'failureThreshold'] as const).filter((name) => !((probe[name] ?? 0) > 0))
      const target = probe.httpGet?.path === undefined || probe.httpGet.port === undefined ? ['httpGet with path and port'] : []
      return [...missing, ...target].map((name) => `${owner}, container ${container.name}, ${kind} has no ${name}`)
    }))),
  },
  {
    name: 'probes-ask-different-things',
    says: 'The three probes ask three different paths: a service that waits for its database must not be killed for it.',
    broken: (rendered) => servingPods(rendered).flatMap(({ owner, spec }) => spec.containers
      .filter((container) => new Set(kinds.map((kind) => container[kind]?.httpGet?.path)).size < kinds.length)
      .map(({ name }) => `${owner}, container ${name}, asks the same path in two probes`)),
  },
  {
    name: 'probe-ports-exist',
    says: 'A probe asks a port that its container names.',
    broken: (rendered) => servingPods(rendered).flatMap(({ owner, spec }) => spec.containers.flatMap((container) => {
      const ports = new Set<unknown>((container.ports ?? []).flatMap(({ name, containerPort }) => [name, containerPort]))
      return probesOf(container).filter(([, probe]) => probe?.httpGet !== undefined && !ports.has(probe.httpGet.port))
        .map(([kind]) => `${owner}, container ${container.name}, ${kind} asks a port that the container does not have`)
    })),
  },
]
