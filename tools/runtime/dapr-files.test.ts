import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { services, topics } from './catalogue.ts'
import { repositoryRoot } from './repository.ts'

interface Component {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly type: string; readonly metadata: ReadonlyArray<{ name: string; value?: string; envRef?: string }> }
  readonly scopes?: string[]
}

const folder = join(repositoryRoot, 'dapr', 'components', 'local')
const files = readdirSync(folder).map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Component)
const components = files.filter(({ kind }) => kind === 'Component')
const names = services.map(({ name }) => name)

function setting(component: Component, name: string): string {
  return component.spec.metadata.find((item) => item.name === name)?.value?.replaceAll(/\s/g, '') ?? ''
}

/** `app=topic,topic;app=topic` as pairs. */
function scopesOf(component: Component, name: string): Array<[app: string, topic: string]> {
  const apps = setting(component, name).split(';').filter(Boolean)
  return apps.flatMap((app) => (app.split('=')[1] ?? '').split(',').map((topic): [string, string] => [app.split('=')[0] ?? '', topic]))
}

describe.each(components.map((component) => [component.metadata.name, component] as const))('%s', (_name, component) => {
  test('names only services and topics that there are', () => {
    const pairs = [...scopesOf(component, 'publishingScopes'), ...scopesOf(component, 'subscriptionScopes')]
    expect(pairs.length).toBeGreaterThan(0)
    expect(names).toEqual(expect.arrayContaining([...pairs.map(([app]) => app), ...(component.scopes ?? [])]))
    expect(topics).toEqual(expect.arrayContaining(pairs.map(([, topic]) => topic)))
  })

  test('closes every topic in its scopes to all others', () => {
    const pairs = [...scopesOf(component, 'publishingScopes'), ...scopesOf(component, 'subscriptionScopes')]
    const closed = setting(component, 'protectedTopics').split(',')
    expect(closed).toEqual(expect.arrayContaining(pairs.map(([, topic]) => topic)))
  })

  test('reads a new group from its first message on', () => {
    expect(setting(component, 'initialOffset')).toBe('oldest')
  })
})

test('together they open every topic to somebody: a fact at least to the one who tells it', () => {
  const open = components.flatMap((component) => scopesOf(component, 'subscriptionScopes').map(([, topic]) => topic))
  const told = components.flatMap((component) => scopesOf(component, 'publishingScopes').map(([, topic]) => topic)).filter((topic) => topic.endsWith('.events'))
  expect([...new Set([...open, ...told])].sort()).toEqual([...topics].sort())
})

test('a sidecar retries without limit while its app or the database is away', () => {
  const policy = parse(readFileSync(join(folder, 'resiliency.yaml'), 'utf8'))
  const { retries } = policy.spec.policies
  for (const { metadata } of components) {
    const retry = retries[policy.spec.targets.components[metadata.name].inbound.retry]
    expect(retry).toMatchObject({ maxRetries: -1, maxInterval: expect.stringMatching(/^\d+s$/) })
  }
})
