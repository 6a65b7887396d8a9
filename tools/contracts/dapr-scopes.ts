import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** Which topics an app may subscribe to, by component and app. */
export type SubscriptionScopes = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

interface Component {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly metadata: ReadonlyArray<{ readonly name: string, readonly value?: string }> }
  readonly scopes?: readonly string[]
}

/**
 * Reads `subscriptionScopes` of the pub/sub components. Every topic is protected, so what is not listed is not allowed;
 * an app that the component itself is not scoped to has nothing of it.
 */
export function readSubscriptionScopes(root: string): SubscriptionScopes {
  const folder = join(root, 'dapr/components/local')
  const components = globSync('*.yaml', { cwd: folder }).sort().map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Component)
  return Object.fromEntries(components.filter(({ kind }) => kind === 'Component').map((component) => [component.metadata.name, scopesOf(component)]))
}

function scopesOf({ spec, scopes }: Component): Record<string, string[]> {
  const text = spec.metadata.find(({ name }) => name === 'subscriptionScopes')?.value ?? ''
  const apps = text.replaceAll(/\s/g, '').split(';').filter(Boolean).map((app) => app.split('=') as [string, string])
  return Object.fromEntries(apps.filter(([app]) => !scopes || scopes.includes(app)).map(([app, topics]) => [app, topics.split(',')]))
}
