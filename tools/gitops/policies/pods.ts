import { nameOf, type Manifest } from '../render/manifest.ts'
import type { Rendered } from '../render/render.ts'

export interface Probe { httpGet?: { path?: string, port?: unknown }, periodSeconds?: number, timeoutSeconds?: number, failureThreshold?: number }

export interface Container {
  name: string
  image: string
  command?: string[]
  args?: string[]
  env?: Array<{ name: string, value?: string, valueFrom?: unknown }>
  ports?: Array<{ name?: string, containerPort: number }>
  securityContext?: {
    allowPrivilegeEscalation?: boolean
    readOnlyRootFilesystem?: boolean
    runAsNonRoot?: boolean
    privileged?: boolean
    capabilities?: { drop?: string[], add?: string[] }
    seccompProfile?: { type?: string }
  }
  resources?: { requests?: Record<string, string>, limits?: Record<string, string> }
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
  lifecycle?: { preStop?: { sleep?: { seconds?: number } } }
}

export interface PodSpec {
  containers: Container[]
  initContainers?: Container[]
  serviceAccountName?: string
  automountServiceAccountToken?: boolean
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
  terminationGracePeriodSeconds?: number
  volumes?: Array<Record<string, unknown> & { name: string }>
  securityContext?: { runAsNonRoot?: boolean, runAsUser?: number, runAsGroup?: number, fsGroup?: number, seccompProfile?: { type?: string } }
  affinity?: { podAntiAffinity?: unknown }
  topologySpreadConstraints?: Array<{ topologyKey?: string }>
}

/** A pod that a resource makes. */
export interface Pod {
  /** `Deployment/booking`. */
  readonly owner: string
  readonly kind: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: PodSpec
}

interface Template { metadata?: { labels?: Record<string, string>, annotations?: Record<string, string> }, spec: PodSpec }

/** Every pod that a release would run, whichever kind of resource makes it. */
export function podsOf({ manifests }: Rendered): Pod[] {
  return manifests.flatMap((manifest) => {
    const template = templateOf(manifest)
    if (template?.spec?.containers === undefined) return []
    return [{ owner: nameOf(manifest), kind: manifest.kind, labels: template.metadata?.labels ?? {}, annotations: template.metadata?.annotations ?? {}, spec: template.spec }]
  })
}

function templateOf(manifest: Manifest): Template | undefined {
  const spec = manifest.spec as { template?: Template, jobTemplate?: { spec?: { template?: Template } } } | undefined
  if (manifest.kind === 'Pod') return { metadata: manifest.metadata as Template['metadata'] & object, spec: manifest.spec as unknown as PodSpec }
  if (['Deployment', 'Rollout', 'StatefulSet', 'DaemonSet', 'Job'].includes(manifest.kind)) return spec?.template
  return spec?.jobTemplate?.spec?.template
}

/** The pods that serve, not those that run once. */
export function servingPods(rendered: Rendered): Pod[] {
  return podsOf(rendered).filter(({ kind }) => ['Deployment', 'Rollout', 'StatefulSet'].includes(kind))
}

export function containersOf({ spec }: Pod): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers]
}

/** For each pod one sentence for each of these that holds. */
export function eachPod(rendered: Rendered, broken: (pod: Pod) => Array<string | false | undefined>): string[] {
  return podsOf(rendered).flatMap((pod) => broken(pod).filter((text) => typeof text === 'string').map((text) => `${pod.owner} ${text}`))
}

/** The same for each container. */
export function eachContainer(rendered: Rendered, broken: (container: Container, pod: Pod) => Array<string | false | undefined>): string[] {
  return podsOf(rendered).flatMap((pod) => containersOf(pod).flatMap((container) =>
    broken(container, pod).filter((text) => typeof text === 'string').map((text) => `${pod.owner}, container ${container.name}, ${text}`)))
}
