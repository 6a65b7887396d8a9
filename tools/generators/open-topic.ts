import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GeneratorError } from './errors.ts'

/**
 * Lets a service subscribe to a topic: in the Dapr component of this machine, and in the values of the chart that has the
 * same for a cluster.
 * @returns the files that had to change, as paths under the root
 */
export function openTopic(root: string, service: string, topic: string): string[] {
  const component = `pubsub-${topic.slice(topic.lastIndexOf('.') + 1)}`
  const edits: Array<[path: string, edit: (text: string) => string]> = [
    [`dapr/components/local/${component}.yaml`, (text) => inComponent(text, service, topic)],
    ['charts/prep-dapr/values.yaml', (text) => inValues(text, component, service, topic)],
  ]
  return edits.filter(([path]) => existsSync(join(root, path))).flatMap(([path, edit]) => {
    const text = readFileSync(join(root, path), 'utf8')
    const edited = edit(text)
    if (edited === text) return []
    writeFileSync(join(root, path), edited)
    return [path]
  })
}

/** `app=topic,topic;` a line, folded; and the component's own list of apps. */
function inComponent(text: string, service: string, topic: string): string {
  const block = /(- name: subscriptionScopes\n\s+value: >-\n)((?:[ ]{8}\S.*\n)+)/.exec(text)
  if (!block) throw new GeneratorError('GEN_PLACE_UNKNOWN', 'The Dapr component has no subscriptionScopes in lines.')
  const scopes = new Map((block[2] as string).replaceAll(/\s/g, '').split(';').map((app): [string, string[]] => [app.split('=')[0] as string, (app.split('=')[1] ?? '').split(',')]))
  const topics = scopes.get(service) ?? []
  if (topics.includes(topic)) return text
  scopes.set(service, [...topics, topic])
  const lines = [...scopes].map(([app, names]) => `        ${app}=${names.join(',')}`).join(';\n')
  return withApp(text.replace(block[0], `${block[1]}${lines}\n`), service)
}

function withApp(text: string, service: string): string {
  const at = text.lastIndexOf('\nscopes:\n')
  const apps = at === -1 ? [] : text.slice(at).split('\n').filter((line) => line.startsWith('  - ')).map((line) => line.slice(4))
  return at === -1 || apps.includes(service) ? text : `${text.trimEnd()}\n  - ${service}\n`
}

/** `<service>: [topic, topic]` under `components.<component>.subscribes`. */
function inValues(text: string, component: string, service: string, topic: string): string {
  const start = text.indexOf(`\n  ${component}:\n`)
  const begin = text.indexOf('\n    subscribes:', start)
  if (start === -1 || begin === -1) throw new GeneratorError('GEN_PLACE_UNKNOWN', `charts/prep-dapr/values.yaml has no ${component}.subscribes`)
  const head = text.slice(0, begin + 1)
  const [title = '', ...lines] = text.slice(begin + 1).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('      '))
  const own = lines.findIndex((line, i) => i < end && line.startsWith(`      ${service}: [`))
  const named = lines[own]
  if (named?.includes(topic)) return text
  const edited = named === undefined ? lines.toSpliced(end, 0, `      ${service}: [${topic}]`) : lines.with(own, named.replace(/\]$/, `, ${topic}]`))
  return `${head}${[title, ...edited].join('\n')}`
}
