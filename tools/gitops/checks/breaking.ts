/** A release and a change of what it renders. */
export interface Breaking { readonly release: string, readonly change: readonly [RegExp, string] }

const prod = (from: RegExp, to = ''): Breaking => ({ release: 'prod/booking', change: [from, to] })
const bootstrap = (from: RegExp, to = ''): Breaking => ({ release: 'bootstrap', change: [from, to] })
const namespaces = (from: RegExp, to = ''): Breaking => ({ release: 'platform/namespaces', change: [from, to] })

/** For each policy a change of what is rendered that breaks it. */
export const breaking: Readonly<Record<string, Breaking>> = {
  'pod-runs-as-nobody': prod(/runAsUser: 65532/, 'runAsUser: 0'),
  'pod-seccomp': prod(/fsGroup: 65532\n\s+seccompProfile:\n\s+type: RuntimeDefault/, 'fsGroup: 65532'),
  'pod-without-api-token': prod(/automountServiceAccountToken: false/, 'automountServiceAccountToken: true'),
  'pod-apart-from-host': prod(/enableServiceLinks: false/, 'hostNetwork: true'),
  'container-cannot-gain-rights': prod(/allowPrivilegeEscalation: false/, 'allowPrivilegeEscalation: true'),
  'container-root-is-read-only': prod(/readOnlyRootFilesystem: true/, 'readOnlyRootFilesystem: false'),
  'container-seccomp': prod(/- ALL\n\s+seccompProfile:\n\s+type: RuntimeDefault/, '- ALL'),
  'sidecar-is-restricted': prod(/dapr\.io\/sidecar-seccomp-profile-type: RuntimeDefault/, 'a: b'),
  'pods-of-operators-are-restricted': { release: 'platform/prod/data', change: [/allowPrivilegeEscalation: false/, 'allowPrivilegeEscalation: true'] },
  'probes-of-three-kinds': prod(/startupProbe:/, 'other:'),
  'probes-ask-different-things': prod(/path: \/health\/live/, 'path: /health/ready'),
  'probe-ports-exist': prod(/port: http\n(\s+)periodSeconds/, 'port: web\n$1periodSeconds'),
  'containers-have-requests-and-limits': prod(/memory: 512Mi/, 'ephemeral-storage: 512Mi'),
  'pods-have-time-to-end': prod(/terminationGracePeriodSeconds: \d+/, 'terminationGracePeriodSeconds: 10'),
  'replicas-are-spread': prod(/topologyKey: topology\.kubernetes\.io\/zone/, 'topologyKey: rack'),
  'replicas-have-a-disruption-budget': prod(/kind: PodDisruptionBudget/, 'kind: None'),
  'disruption-budget-lets-nodes-drain': prod(/maxUnavailable: 1\n/, 'minAvailable: 3\n'),
  'pods-are-denied-by-default': prod(/policyTypes:\n\s+- Ingress\n\s+- Egress/, 'policyTypes: [Ingress]'),
  'network-policies-say-both-ways': prod(/policyTypes:\n\s+- Egress/, 'policyTypes: [Ingress]'),
  'network-holes-are-narrow': prod(/- port: 5432\n\s+protocol: TCP/, '- protocol: TCP'),
  'network-policies-say-which-pods': { release: 'platform/prod/data', change: [/podSelector: \{\}/, 'other: {}'] },
  'network-policies-select-one-kind-of-pod': prod(/podSelector:\n(\s+)matchLabels:\n.*\n.*component: service/, 'podSelector:\n$1matchLabels:\n$1  app.kubernetes.io/name: booking'),
  'network-holes-are-what-pods-need': prod(/- port: 5432/, '- port: 5433'),
  'images-never-latest': prod(/image: .*booking@sha256:0+/, 'image: ghcr.io/prep-kitchens/booking:latest'),
  'images-by-digest-in-prod': prod(/image: .*booking@sha256:0+/, 'image: ghcr.io/prep-kitchens/booking:1.2.3'),
  'images-from-our-registry': prod(/image: .*booking@/, 'image: docker.io/somebody/booking@'),
  'no-secret-in-the-tree': prod(/kind: ServiceAccount/, 'kind: Secret'),
  'no-credential-in-a-value': prod(/value: production/, 'value: postgres://booking:hunter2@db/booking'),
  'secret-variables-come-from-secrets': prod(/- name: NODE_ENV/, '- name: MAIL_PASSWORD'),
  'one-autoscaler-for-each-workload': prod(/revisionHistoryLimit: 5/, 'replicas: 3'),
  'consumers-have-no-idle-replica': prod(/maxReplicaCount: \d+/, 'maxReplicaCount: 9'),
  'consumers-roll': prod(/kind: Deployment/, 'kind: Rollout'),
  'plain-hop-is-mutual-tls': prod(/mode: STRICT/, 'mode: PERMISSIVE'),
  'resources-have-names': prod(/name: booking-deny-all/, 'name: booking-to-dns'),
  'sync-waves-in-order': prod(/sync-wave: "-1"/, 'sync-wave: "1"'),
  'resources-bear-the-standard-labels': prod(/prep\/environment: prod/, 'prep/environment: dev'),
  'migrations-run-once-before-the-app': prod(/argocd\.argoproj\.io\/hook: Sync/, 'argocd.argoproj.io/hook: PostSync'),
  'namespaces-enforce-pod-security': namespaces(/pod-security\.kubernetes\.io\/enforce: restricted/, 'pod-security.kubernetes.io/enforce: baseline'),
  'data-is-denied-by-default': namespaces(/podSelector: \{\}/, 'podSelector: { matchLabels: { a: b } }'),
  'projects-have-no-wildcard': bootstrap(/sourceRepos:\n\s+- .*/, "sourceRepos: ['*']"),
  'projects-say-what-they-allow': bootstrap(/sourceRepos:\n\s+- .*/, 'sourceRepos: []'),
  'projects-of-environments-hold-no-secret': bootstrap(/namespace: prep-dev/, 'namespace: kube-system'),
  'windows-never-hold-back-a-revert': bootstrap(/manualSync: true/, 'manualSync: false'),
  'applications-belong-to-our-projects': bootstrap(/project: prep-root/, 'project: default'),
}
