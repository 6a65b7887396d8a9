/** A Go module of which only files are read: a version, and the sum of its content as Go writes it into go.sum. */
export interface PinnedModule {
  readonly path: string
  readonly version: string
  readonly sum: string
}

/** Where schemas, custom resource definitions and charts of third parties are taken from. */
export const modules = {
  'argo-cd': { path: 'github.com/argoproj/argo-cd/v3', version: 'v3.5.3', sum: 'h1:klbUb5LOK+oJSBkR0OYGlLkG9IpsPVtSR2idOdaQb2I=' },
  'argo-rollouts': { path: 'github.com/argoproj/argo-rollouts', version: 'v1.8.3', sum: 'h1:blbtQva4IK9r6gFh+dWkCrLnFdPOWiv9ubQYu36qeaA=' },
  'cert-manager': { path: 'github.com/cert-manager/cert-manager', version: 'v1.21.2', sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=' },
  'cloudnative-pg': { path: 'github.com/cloudnative-pg/cloudnative-pg', version: 'v1.29.0', sum: 'h1:49Dm8+y4va7RODspJjeaK8uMWP3OGAD0gMsxhjm16Mo=' },
  'compose-go': { path: 'github.com/compose-spec/compose-go/v2', version: 'v2.16.2', sum: 'h1:pTp1DqQwJzFd85GzlWsSszKA1ABrV/ySqsClujIcWA8=' },
  'dapr': { path: 'github.com/dapr/dapr', version: 'v1.18.1', sum: 'h1:Ra9AE9ekBva6Dqc5nz71aA+I8DEdjllFqyn+Z/mBSow=' },
  'external-secrets': { path: 'github.com/external-secrets/external-secrets', version: 'v1.3.2', sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=' },
  'istio': { path: 'istio.io/api', version: 'v1.31.1', sum: 'h1:5Yb5ihcz4YQsCkciusK7DnFpBMwRB6EFWeUKH1Atuyk=' },
  'keda': { path: 'github.com/kedacore/keda/v2', version: 'v2.21.0', sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=' },
  'kubernetes': { path: 'k8s.io/kubernetes', version: 'v1.36.1', sum: 'h1:Mt7NKigaZ2KmOmCLhX81lGlH9JU5wjXnYhXnxAun9XA=' },
  'kwok': { path: 'sigs.k8s.io/kwok', version: 'v0.8.0', sum: 'h1:OTIOTwgROqPMovcTwxICx2eYQ4AwLpSx5EpjbDKF4SQ=' },
  'prometheus-operator': { path: 'github.com/prometheus-operator/prometheus-operator', version: 'v0.85.0', sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=' },
} as const satisfies Record<string, PinnedModule>

export type ModuleName = keyof typeof modules
