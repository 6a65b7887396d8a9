import { setTimeout as delay } from 'node:timers/promises'
import type { ApiClient, Resource } from '../cluster/api-client.ts'

type Status = (resource: Resource) => object

const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z')
const condition = (type: string) => ({ type, status: 'True', reason: 'Drill', message: 'written by the drill', lastTransitionTime: now() })
const ready: Status = () => ({ conditions: [condition('Ready')] })

/** A Rollout whose new pods all came up at once: what its controller would write in the end. */
const rolledOut: Status = ({ metadata }) => ({
  observedGeneration: String(metadata.generation), replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1, HPAReplicas: 1,
  currentPodHash: 'drill', stableRS: 'drill', phase: 'Healthy', blueGreen: { activeSelector: 'drill', previewSelector: 'drill' },
  conditions: [{ ...condition('Available'), lastUpdateTime: now() }],
})

/** Which operator's word is given for which kind. */
const kinds: ReadonlyArray<readonly [string, Status]> = [
  ['/apis/external-secrets.io/v1/externalsecrets', ready],
  ['/apis/external-secrets.io/v1/clustersecretstores', ready],
  ['/apis/external-secrets.io/v1alpha1/pushsecrets', ready],
  ['/apis/cert-manager.io/v1/clusterissuers', ready],
  ['/apis/keda.sh/v1alpha1/scaledobjects', ready],
  ['/apis/autoscaling/v2/horizontalpodautoscalers', () => ({ currentReplicas: 1, desiredReplicas: 1, conditions: [condition('AbleToScale'), condition('ScalingActive')] })],
  ['/apis/networking.k8s.io/v1/ingresses', () => ({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } })],
  ['/apis/argoproj.io/v1alpha1/rollouts', rolledOut],
  ['/apis/postgresql.cnpg.io/v1/clusters', () => ({ phase: 'Cluster in healthy state', conditions: [condition('Ready')] })],
  ['/apis/kafka.strimzi.io/v1/kafkas', ready],
  ['/apis/kafka.strimzi.io/v1/kafkatopics', ready],
  ['/apis/kafka.strimzi.io/v1/kafkausers', ready],
]

/**
 * Stands in for the operators that do not run here (External Secrets, KEDA, the ingress, Rollouts, metrics): says of
 * their resources that they are ready, so that Argo CD goes on to the next wave. Ends with the signal.
 */
export async function standIn(api: ApiClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const [path, status] of kinds) await confirm(api, path, status).catch(() => undefined) // the API server may be on its way out: the next round tells
    await delay(500, undefined, { signal }).catch(() => undefined)
  }
}

async function confirm(api: ApiClient, path: string, status: Status): Promise<void> {
  for (const resource of await api.list(path)) {
    if (!isOutdated(resource)) continue
    const { name, namespace } = resource.metadata
    const at = `${path.slice(0, path.lastIndexOf('/'))}${namespace === undefined ? '' : `/namespaces/${namespace}`}${path.slice(path.lastIndexOf('/'))}/${name}`
    const code = await api.patch(`${at}/status`, { status: status(resource) })
    if (code === 404) await api.patch(at, { status: status(resource) })
  }
}

function isOutdated({ metadata, status }: Resource): boolean {
  if (status === undefined || Object.keys(status).length === 0) return true
  if ('observedGeneration' in status && typeof status['observedGeneration'] === 'string') return status['observedGeneration'] !== String(metadata.generation)
  const { loadBalancer } = status as { loadBalancer?: object }
  return loadBalancer !== undefined ? Object.keys(loadBalancer).length === 0 : status['conditions'] === undefined
}
