import type { Environment, Release } from '../render/releases.ts'

/** What version.yaml says, for renders that belong to no environment's files. */
const image = { repository: 'ghcr.io/prep-kitchens/any', digest: `sha256:${'0'.repeat(64)}` }

/** A service as its common values have it, and the values given over them: what no environment sets is tried out so. */
export function serviceRelease(app: string, values: Readonly<Record<string, unknown>> = {}, environment: Environment = 'dev'): Release {
  return {
    id: `${environment}/${app}`,
    name: app,
    namespace: `prep-${environment}`,
    environment,
    chart: 'charts/prep-service',
    valueFiles: [`gitops/services/${app}/values.yaml`],
    values: { environment, image, ...values },
  }
}
