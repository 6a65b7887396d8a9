import { GeneratorError } from './errors.ts'

export type ScopeSetting = 'publishingScopes' | 'subscriptionScopes'

/** The text of a local Dapr component in which an app may do more: `app=topic,topic;` a line, folded; and the list of apps. */
export function withScope(text: string, setting: ScopeSetting, app: string, topics: readonly string[]): string {
  const [whole, title, lines] = foldedLines(text, setting)
  const scopes = new Map(lines.replaceAll(/\s/g, '').split(';').map((scope): [string, string[]] => [scope.split('=')[0] as string, (scope.split('=')[1] ?? '').split(',')]))
  const before = scopes.get(app) ?? []
  const more = topics.filter((topic) => !before.includes(topic))
  if (more.length === 0) return text
  scopes.set(app, [...before, ...more])
  const written = [...scopes].map(([name, all]) => `        ${name}=${all.join(',')}`).join(';\n')
  return withApp(text.replace(whole, `${title}${written}\n`), app)
}

/** The text of a local Dapr component that closes more topics to every app that its scopes do not name. */
export function withProtected(text: string, topics: readonly string[]): string {
  const [whole, title, lines] = foldedLines(text, 'protectedTopics')
  const before = lines.replaceAll(/\s/g, '').split(',')
  const all = [...before, ...topics.filter((topic) => !before.includes(topic))]
  return text.replace(whole, `${title}${all.map((topic) => `        ${topic}`).join(',\n')}\n`)
}

function foldedLines(text: string, setting: string): [whole: string, title: string, lines: string] {
  const block = new RegExp(`(- name: ${setting}\\n\\s+value: >-\\n)((?:[ ]{8}\\S.*\\n)+)`).exec(text)
  if (!block) throw new GeneratorError('GEN_PLACE_UNKNOWN', `The Dapr component has no ${setting} in lines.`)
  return block as unknown as [string, string, string]
}

function withApp(text: string, service: string): string {
  const at = text.lastIndexOf('\nscopes:\n')
  const apps = at === -1 ? [] : text.slice(at).split('\n').filter((line) => line.startsWith('  - ')).map((line) => line.slice(4))
  return at === -1 || apps.includes(service) ? text : `${text.trimEnd()}\n  - ${service}\n`
}

export interface ValueOfService {
  /** `pubsub-events` */
  readonly component: string
  readonly section: 'publishes' | 'subscribes'
  readonly service: string
  readonly topics: readonly string[]
}

/** The text of charts/prep-dapr/values.yaml with topics under `components.<component>.<section>.<service>`: `[topic, topic]`. */
export function withValue(text: string, { component, section, service, topics }: ValueOfService): string {
  const start = text.indexOf(`\n  ${component}:\n`)
  const begin = text.indexOf(`\n    ${section}:`, start)
  if (start === -1 || begin === -1) throw new GeneratorError('GEN_PLACE_UNKNOWN', `charts/prep-dapr/values.yaml has no ${component}.${section}`)
  const head = text.slice(0, begin + 1)
  const [title = '', ...lines] = text.slice(begin + 1).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('      '))
  const own = lines.findIndex((line, i) => i < end && line.startsWith(`      ${service}: [`))
  const named = lines[own]
  const before = named === undefined ? [] : named.replace(/^.*\[|\]$/g, '').split(', ')
  const all = [...before, ...topics.filter((topic) => !before.includes(topic))]
  if (all.length === before.length) return text
  const line = `      ${service}: [${all.join(', ')}]`
  const edited = named === undefined ? lines.toSpliced(end, 0, line) : lines.with(own, line)
  return `${head}${[title, ...edited].join('\n')}`
}
