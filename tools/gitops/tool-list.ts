import { GitopsError } from './errors.ts'

export const kubernetesVersion = '1.36.1'
export const argocdVersion = '3.5.3'

const [major, minor] = kubernetesVersion.split('.')

/** What the binaries say of themselves, where a release's own build would stamp it. */
const stamps = [
  `k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
  `k8s.io/component-base/version.gitMajor=${major}`,
  `k8s.io/component-base/version.gitMinor=${minor}`,
  'k8s.io/component-base/version.gitTreeState=clean',
  `github.com/argoproj/argo-cd/v3/common.version=${argocdVersion}`,
  'helm.sh/helm/v4/internal/version.version=v4.2.1',
  'sigs.k8s.io/kwok/pkg/consts.Version=v0.8.0',
]

/** The module locks in locks/, and how their tools are built. */
export const locks = {
  cluster: {
    takes: '2 minutes for Helm, 8 for all',
    packagesInAll: 4000,
    flags: ['-ldflags', ['-s', '-w', ...stamps.map((stamp) => `-X ${stamp}`)].join(' ')],
  },
  prometheus: {
    takes: '1.5 minutes',
    packagesInAll: 1500,
    flags: ['-tags', 'remove_all_sd,enable_kubernetes_sd', '-ldflags', '-s -w'],
  },
} as const

export type LockName = keyof typeof locks

interface Tool {
  readonly lock: LockName
  /** Go's import path. */
  readonly package: string
}

/** Every program that checks, verifies or drills, by the name under which it is run. */
export const tools = {
  'argocd': { lock: 'cluster', package: 'github.com/argoproj/argo-cd/v3/cmd' },
  'etcd': { lock: 'cluster', package: 'go.etcd.io/etcd/server/v3' },
  'helm': { lock: 'cluster', package: 'helm.sh/helm/v4/cmd/helm' },
  'kube-apiserver': { lock: 'cluster', package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  'kube-controller-manager': { lock: 'cluster', package: 'k8s.io/kubernetes/cmd/kube-controller-manager' },
  'kube-scheduler': { lock: 'cluster', package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  'kubeconform': { lock: 'cluster', package: 'github.com/yannh/kubeconform/cmd/kubeconform' },
  'kubectl': { lock: 'cluster', package: 'k8s.io/kubernetes/cmd/kubectl' },
  'kwok': { lock: 'cluster', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  'amtool': { lock: 'prometheus', package: 'github.com/prometheus/alertmanager/cmd/amtool' },
  'promtool': { lock: 'prometheus', package: 'github.com/prometheus/prometheus/cmd/promtool' },
} as const satisfies Record<string, Tool>

export type ToolName = keyof typeof tools

/** The tools of those names; all for none. Throws GITOPS_TOOL_UNKNOWN. */
export function toolNames(asked: readonly string[] = []): ToolName[] {
  const all = Object.keys(tools) as ToolName[]
  const unknown = asked.find((name) => !all.includes(name as ToolName))
  if (unknown === undefined) return asked.length === 0 ? all : [...asked] as ToolName[]
  throw new GitopsError('GITOPS_TOOL_UNKNOWN', { message: `There is no tool "${unknown}".`, hint: `Tools: ${all.join(', ')}.` })
}
