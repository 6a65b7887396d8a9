import { GitopsError } from '../errors.ts'
import { environments, releases, type Environment, type Release } from './releases.ts'

/** @throws GitopsError GITOPS_ENVIRONMENT_UNKNOWN */
export function environmentOf(name: string): Environment {
  const found = environments.find((environment) => environment === name)
  if (found !== undefined) return found
  throw new GitopsError('GITOPS_ENVIRONMENT_UNKNOWN', { message: `There is no environment "${name}".`, hint: `There are ${environments.join(', ')}.` })
}

/** What can be promoted in an environment: its services, and `dapr`, the components of their sidecars. */
export function appsOf(root: string, environment: Environment): string[] {
  return releases(root).filter(({ id }) => id.startsWith(`${environment}/`)).map(({ name }) => name)
}

/** @throws GitopsError GITOPS_RELEASE_UNKNOWN, naming those there are */
export function releaseOf(root: string, environment: Environment, app: string): Release {
  const found = releases(root).find(({ id }) => id === `${environment}/${app}`)
  if (found !== undefined) return found
  throw new GitopsError('GITOPS_RELEASE_UNKNOWN', {
    message: `There is no app "${app}" in ${environment}.`,
    hint: `There are ${appsOf(root, environment).join(', ')}.`,
  })
}
