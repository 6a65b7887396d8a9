import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withScope, withValue } from './topic-scopes.ts'

/**
 * Lets a service subscribe to a topic: in the Dapr component of this machine, and in the values of the chart that has the
 * same for a cluster.
 * @returns the files that had to change, as paths under the root
 */
export function openTopic(root: string, service: string, topic: string): string[] {
  const component = `pubsub-${topic.slice(topic.lastIndexOf('.') + 1)}`
  const edits: Array<[path: string, edit: (text: string) => string]> = [
    [`dapr/components/local/${component}.yaml`, (text) => withScope(text, 'subscriptionScopes', service, [topic])],
    ['charts/prep-dapr/values.yaml', (text) => withValue(text, { component, section: 'subscribes', service, topics: [topic] })],
  ]
  return edits.filter(([path]) => existsSync(join(root, path))).flatMap(([path, edit]) => {
    const text = readFileSync(join(root, path), 'utf8')
    const edited = edit(text)
    if (edited === text) return []
    writeFileSync(join(root, path), edited)
    return [path]
  })
}
