import { setTimeout as delay } from 'node:timers/promises'
import type { ApiClient, Resource } from '../cluster/api-client.ts'
import { follow } from '../cluster/follow.ts'

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
 * their resources that they are ready as soon as they are there, so that Argo CD goes on to the next wave. Ends with the signal.
 */
export async function standIn(api: ApiClient, signal: AbortSignal): Promise<void> {
  await Promise.all(kinds.map(([path, status]) => follow(api, path, (resource, is) => {
    if (is === 'there') void confirm(api, pathOf(path, resource), resource, status, signal)
  }, signal)))
}

/** Until the word is given: the resource may be gone by then, or be written by Argo CD at the same moment. */
async function confirm(api: ApiClient, path: string, seen: Resource, status: Status, signal: AbortSignal): Promise<void> {
  let resource: Resource | undefined = seen
  while (resource !== undefined && isOutdated(resource) && !signal.aborted) {
    try {
      const code = await api.patch(`${path}/status`, { status: status(resource) })
      if ((code === 404 ? await api.patch(path, { status: status(resource) }) : code) < 300) return
      resource = await api.get(path)
    } catch {
      await delay(200, undefined, { signal }).catch(() => undefined) // the API server may be on its way out
    }
  }
}

function pathOf(collection: string, { metadata: { name, namespace } }: Resource): string {
  const end = collection.lastIndexOf('/')
  return `${collection.slice(0, end)}${namespace === undefined ? '' : `/namespaces/${namespace}`}${collection.slice(end)}/${name}`
}

function isOutdated({ metadata, status }: Resource): boolean {
  if (status === undefined || Object.keys(status).length === 0) return true
  if ('observedGeneration' in status && typeof status['observedGeneration'] === 'string') return status['observedGeneration'] !== String(metadata.generation)
  const { loadBalancer } = status as { loadBalancer?: object }
  return loadBalancer !== undefined ? Object.keys(loadBalancer).length === 0 : status['conditions'] === undefined
}
