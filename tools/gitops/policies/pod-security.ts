import { nameOf } from '../render/manifest.ts'
import { eachContainer, eachPod, podsOf, type Container, type PodSpec } from './pods.ts'
import type { Policy } from './policy.ts'

/** The pod security standard `restricted`, and a little more: read-only root, explicit ids, no token of the API server. */
export const podSecurity: readonly Policy[] = [
  {
    name: 'pod-runs-as-nobody',
    says: 'A pod says that it is not root, and as which user and groups it runs.',
    broken: (rendered) => eachPod(rendered, ({ spec: { securityContext: context } }) => [
      context?.runAsNonRoot !== true && 'does not set runAsNonRoot',
      !((context?.runAsUser ?? 0) > 0) && 'names no user (runAsUser)',
      !((context?.runAsGroup ?? 0) > 0) && 'names no group (runAsGroup)',
      !((context?.fsGroup ?? 0) > 0) && 'names no group for its volumes (fsGroup)',
    ]),
  },
  {
    name: 'pod-seccomp',
    says: "A pod has the container engine's seccomp profile.",
    broken: (rendered) => eachPod(rendered, ({ spec }) => [spec.securityContext?.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile RuntimeDefault']),
  },
  {
    name: 'pod-without-api-token',
    says: 'A pod gets no token of the API server; nothing of ours calls it.',
    broken: (rendered) => [
      ...eachPod(rendered, ({ spec }) => [
        spec.automountServiceAccountToken !== false && 'does not set automountServiceAccountToken to false',
        (spec.serviceAccountName ?? 'default') === 'default' && 'has no service account of its own',
      ]),
      ...rendered.manifests.filter((manifest) => manifest.kind === 'ServiceAccount' && manifest['automountServiceAccountToken'] !== false)
        .map(({ metadata }) => `ServiceAccount/${metadata.name} does not set automountServiceAccountToken to false`),
    ],
  },
  {
    name: 'pod-apart-from-host',
    says: "A pod sees nothing of its node: no namespace, no path, no port of the host's.",
    broken: (rendered) => eachPod(rendered, ({ spec }) => [
      (spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true) && "shares one of the host's namespaces",
      (spec.volumes ?? []).some((volume) => 'hostPath' in volume) && 'mounts a path of the host',
    ]),
  },
  {
    name: 'container-cannot-gain-rights',
    says: 'A container cannot gain rights, and has no capability.',
    broken: (rendered) => eachContainer(rendered, ({ securityContext: context }) => [
      context?.allowPrivilegeEscalation !== false && 'does not set allowPrivilegeEscalation to false',
      context?.runAsNonRoot !== true && 'does not set runAsNonRoot',
      context?.capabilities?.drop?.includes('ALL') !== true && 'does not drop all capabilities',
      (context?.capabilities?.add ?? []).length > 0 && 'adds a capability',
      context?.privileged === true && 'is privileged',
    ]),
  },
  {
    name: 'container-root-is-read-only',
    says: 'A container cannot write to its own image.',
    broken: (rendered) => eachContainer(rendered, ({ securityContext }) => [securityContext?.readOnlyRootFilesystem !== true && 'does not set readOnlyRootFilesystem']),
  },
  {
    name: 'container-seccomp',
    says: "A container has the container engine's seccomp profile.",
    broken: (rendered) => eachContainer(rendered, ({ securityContext }) => [securityContext?.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile RuntimeDefault']),
  },
  {
    name: 'sidecar-is-restricted',
    says: 'The sidecar that Dapr adds is restricted too, has requests and limits, and is given its tokens from secrets.',
    broken: (rendered) => podsOf(rendered).filter(({ annotations }) => annotations['dapr.io/enabled'] === 'true').flatMap(({ owner, annotations }) => {
      const wanted = ['sidecar-cpu-request', 'sidecar-cpu-limit', 'sidecar-memory-request', 'sidecar-memory-limit', 'api-token-secret', 'app-token-secret', 'app-id', 'config', 'block-shutdown-duration']
      return [
        ...wanted.filter((name) => !annotations[`dapr.io/${name}`]).map((name) => `${owner} has no annotation dapr.io/${name}`),
        ...(annotations['dapr.io/sidecar-seccomp-profile-type'] === 'RuntimeDefault' ? [] : [`${owner} gives its sidecar no seccomp profile RuntimeDefault`]),
      ]
    }),
  },
  {
    name: 'pods-of-operators-are-restricted',
    says: 'Where an operator lets us say how its pods run, they run restricted too.',
    broken: ({ manifests }) => manifests.filter(({ kind }) => /^Redis/.test(kind)).flatMap((manifest) => {
      const { podSecurityContext: pod, securityContext: container } = (manifest.spec ?? {}) as { podSecurityContext?: PodSpec['securityContext'], securityContext?: Container['securityContext'] }
      return [
        (pod?.runAsNonRoot !== true || !((pod.runAsUser ?? 0) > 0) || !((pod.fsGroup ?? 0) > 0)) && 'does not say as whom its pods run',
        pod?.seccompProfile?.type !== 'RuntimeDefault' && 'gives its pods no seccomp profile RuntimeDefault',
        container?.seccompProfile?.type !== 'RuntimeDefault' && 'gives its containers no seccomp profile RuntimeDefault',
        (container?.allowPrivilegeEscalation !== false || container.runAsNonRoot !== true || container.capabilities?.drop?.includes('ALL') !== true) && 'lets its containers gain rights',
      ].filter((text) => text !== false).map((text) => `${nameOf(manifest)} ${text}`)
    }),
  },
]
