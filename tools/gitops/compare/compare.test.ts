import { expect, test } from 'vitest'
import type { Manifest } from '../render/manifest.ts'
import { compare } from './compare.ts'
import { inWords } from './in-words.ts'
import { lineDiff } from './line-diff.ts'

function deployment(image: string, env: Record<string, string> = {}): Manifest {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }))
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'booking', labels: { 'app.kubernetes.io/version': image } },
    spec: { template: { spec: { containers: [{ name: 'app', image, env: variables }] } } },
  }
}

function service(name: string, labels: Record<string, string> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, labels } }
}

test('equal renders have no difference, and that is said', () => {
  expect(compare([deployment('a')], [deployment('a')])).toEqual([])
  expect(inWords([])).toEqual(['Nothing changes.'])
})

test('a changed field is found by the names of what it is in', () => {
  const [change] = compare([deployment('a', { PORT: '1' })], [deployment('a', { EARLIER: 'x', PORT: '1' })])
  expect(change?.fields).toEqual([{ path: 'spec.template.spec.containers[app].env[EARLIER]', before: undefined, after: { name: 'EARLIER', value: 'x' } }])
})

test('what is new and what is gone is told first, by name', () => {
  const changes = compare([service('old')], [service('fresh')])
  expect(inWords(changes)).toEqual(['New: Service/fresh', 'Gone: Service/old'])
})

test('a change of an image is one sentence, its digest cut to what people compare', () => {
  const changes = compare([deployment(`r@sha256:${'a'.repeat(64)}`)], [deployment(`r@sha256:${'b'.repeat(64)}`)])
  expect(inWords(changes)).toContain('Deployment/booking: pod containers[app].image r@sha256:aaaaaaaaaaaa becomes r@sha256:bbbbbbbbbbbb')
})

test('what changes in the same way on many resources is told once', () => {
  const version = (value: string): Manifest[] => ['a', 'b', 'c'].map((name) => service(name, { 'app.kubernetes.io/version': value }))
  expect(inWords(compare(version('1'), version('2')))).toEqual(['3 resources: labels."app.kubernetes.io/version" 1 becomes 2'])
})

test('two resources of one name in two namespaces are two', () => {
  const inNamespace = (namespace: string): Manifest => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', namespace } })
  expect(compare([inNamespace('one'), inNamespace('two')], [inNamespace('one')]).map(({ resource }) => resource)).toEqual(['Service/x (two)'])
})

test('a line diff shows what changed, three lines around it, and where lines are left out', () => {
  const before = [...'abcdefghij'].join('\n')
  expect(lineDiff(`${before}\n`, `${before.replace('j', 'J')}\n`)).toBe('@@\n g\n h\n i\n-j\n+J\n')
  expect(lineDiff('', 'new\n')).toBe('+new\n')
  expect(lineDiff('same', 'same')).toBe('')
})
