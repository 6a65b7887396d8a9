import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GeneratorError } from '../errors.ts'
import { withProtected, withScope, withValue } from '../topic-scopes.ts'
import type { ServiceParts } from './service-parts.ts'
import { writtenTopics } from './topics.ts'

type Edit = (text: string) => string

/** Ports that ./prep up has for services: the next block is the sidecars'. */
const mostServices = 20

/**
 * Enters a new service into every list of services: what is built, started, given topics, databases, images and rights.
 * Works out every edit before it writes the first.
 * @returns the files that it changed, as paths under the root
 * @throws GeneratorError GEN_PLACE_UNKNOWN
 */
export function enterService(root: string, parts: ServiceParts): string[] {
  const edited = Object.entries(editsOf(parts)).map(([path, edit]) => {
    try {
      return [path, edit(readFileSync(join(root, path), 'utf8'))] as const
    } catch (error) {
      throw error instanceof GeneratorError ? error : new GeneratorError('GEN_PLACE_UNKNOWN', `${path}: ${(error as Error).message}`)
    }
  })
  for (const [path, text] of edited) writeFileSync(join(root, path), text)
  return edited.map(([path]) => path)
}

function editsOf(parts: ServiceParts): Record<string, Edit> {
  const { name, context, hears } = parts
  return {
    'tsconfig.json': inJson<{ references: object[] }>((json) => ({ ...json, references: [...json.references, { path: `./apps/${name}` }] })),
    'package-lock.json': inJson<Lock>((lock) => withWorkspace(lock, name)),
    'tools/runtime/catalogue.ts': (text) => onlyOnce(onlyOnce(text, /((?: {2}service\('[^']+'\),\n)+)(?=\])/, (all) => `${all}  service('${name}'),\n`), /(?<=const contexts = \[[^\]]*)(?=\])/, () => `, '${context}'`),
    'dapr.yaml': (text) => withNeighbour(text, /\n {2}- appID: [^]*$/, name, (block) => block.replaceAll(/\b4\d{3}\b/g, (port) => String(Number(port) + 1))),
    'compose.yaml': (text) => withNeighbour(text, /\n\n {2}[\w-]+:\n {4}<<: \*service\n[^]*?(?=\n\nvolumes:)/, name),
    'README.md': (text) => text.replace(/^(apps\/ {2,}\S.*)$/m, `$1  ${name}`),
    '.github/workflows/release.yaml': (text) => inFlow(text, 'app', name),
    'gitops/platform/data/values.yaml': (text) => inFlow(inFlow(inFlow(inFlow(text, 'events', context), 'commands', name), 'dead', name), 'databases', name),
    'gitops/platform/data/access/keda.yaml': (text) => withGroups(text, [name, `${name}.commands`, `${name}.dead`]),
    'charts/prep-dapr/values.yaml': (text) => inChart(text, parts),
    ...Object.fromEntries((['pubsub-events', 'pubsub-commands', 'pubsub-dead'] as const).map((component) => [`dapr/components/local/${component}.yaml`, inComponent(component, parts, hears.topic)])),
  }
}

function inComponent(component: 'pubsub-events' | 'pubsub-commands' | 'pubsub-dead', parts: ServiceParts, heard: string): Edit {
  const { publishes, protects, own: [commands, dead] } = writtenTopics(parts)
  const reads = { 'pubsub-events': heard, 'pubsub-commands': commands, 'pubsub-dead': dead }[component]
  return (text) => {
    const closed = withProtected(text, protects[component])
    const published = component === 'pubsub-dead' ? closed : withScope(closed, 'publishingScopes', parts.name, publishes[component])
    return withScope(published, 'subscriptionScopes', parts.name, [reads])
  }
}

function inChart(text: string, parts: ServiceParts): string {
  const { name: service, hears } = parts
  const { publishes, own: [commands, dead] } = writtenTopics(parts)
  const entries = [
    { component: 'pubsub-events', section: 'publishes', topics: publishes['pubsub-events'] },
    { component: 'pubsub-events', section: 'subscribes', topics: [hears.topic] },
    { component: 'pubsub-commands', section: 'publishes', topics: publishes['pubsub-commands'] },
    { component: 'pubsub-commands', section: 'subscribes', topics: [commands] },
    { component: 'pubsub-dead', section: 'subscribes', topics: [dead] },
  ] as const
  return entries.reduce((edited, entry) => withValue(edited, { ...entry, service }), text)
}

interface Lock { readonly packages: Record<string, object> }

function withWorkspace(lock: Lock, name: string): Lock {
  const own = { [`apps/${name}`]: { name: `@prep/${name}`, version: '0.1.0', license: 'Apache-2.0' }, [`node_modules/@prep/${name}`]: { resolved: `apps/${name}`, link: true } }
  const packages = Object.entries({ ...lock.packages, ...own }).sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { ...lock, packages: Object.fromEntries(packages) }
}

function inJson<T>(edit: (json: T) => T): Edit {
  return (text) => `${JSON.stringify(edit(JSON.parse(text) as T), null, 2)}\n`
}

/** `key: [a, b]`, which must stand there once. */
function inFlow(text: string, key: string, item: string): string {
  return onlyOnce(text, new RegExp(`^ *${key}: \\[[^\\]\\n]*(?=\\]$)`, 'm'), (list) => `${list}, ${item}`)
}

/** Copies the last block of its kind for the new service: its neighbour's form is the one in use. */
function withNeighbour(text: string, form: RegExp, name: string, change: Edit = (block) => block): string {
  const all = form.exec(text)?.[0] ?? ''
  const last = all.split(/(?=\n {2}- appID: )|(?=\n\n {2}[\w-]+:\n {4}<<: \*service\n)/).at(-1) ?? ''
  const neighbour = /(?:appID: |\n\n {2})([\w-]+)/.exec(last)?.[1]
  if (neighbour === undefined) throw new Error('no service stands there that could be a model')
  const count = all.split('- appID: ').length - 1
  if (count >= mostServices) throw new Error(`there are ports for ${mostServices} services, and ${count} have them`)
  const block = change(last.trimEnd().replaceAll(neighbour, name).replaceAll(neighbour.replaceAll('-', '_'), name.replaceAll('-', '_')))
  const end = text.indexOf(last) + last.trimEnd().length
  return `${text.slice(0, end)}${block}${text.slice(end)}`
}

function withGroups(text: string, groups: readonly string[]): string {
  return onlyOnce(text, /(?<=watchesGroups:\n)(?: {2}- .+\n?)+/, (list) => {
    const all = [...list.trimEnd().split('\n').map((line) => line.slice(4)), ...groups].sort()
    return all.map((group) => `  - ${group}\n`).join('')
  })
}

function onlyOnce(text: string, place: RegExp, edit: Edit): string {
  const found = [...text.matchAll(new RegExp(place, [...new Set(`${place.flags}g`)].join('')))]
  if (found.length !== 1) throw new Error(`the place ${place.source} is there ${found.length} times`)
  return text.replace(place, (match) => edit(match))
}
