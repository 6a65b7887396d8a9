import { expect, test } from 'vitest'
import { brokenTags, projectGraph, type ProjectGraph } from './project-tags.ts'
import { repositoryRoot } from './repository.ts'

const node = (...tags: string[]) => ({ data: { tags } })

test('the tag rules bite', () => {
  const graph: ProjectGraph = {
    nodes: {
      booking: node('type:app', 'context:booking'),
      payment: node('type:app', 'context:payment'),
      saga: node('type:lib', 'scope:saga'),
      loose: node('type:lib'),
      stray: node(),
    },
    dependencies: { booking: [{ target: 'payment' }, { target: 'saga' }], saga: [{ target: 'payment' }] },
  }
  expect(brokenTags(graph)).toEqual([
    'booking (type:app) knows payment (type:app)',
    'saga (type:lib) knows payment (type:app)',
    'loose has no scope tag',
    'stray has no type tag',
  ])
})

test("Prep's own projects keep to their tags, and Nx sees every one", { timeout: 60_000 }, () => {
  const graph = projectGraph(repositoryRoot)
  expect(Object.keys(graph.nodes).length).toBeGreaterThan(15)
  expect(Object.values(graph.dependencies).flat().length).toBeGreaterThan(0)
  expect(brokenTags(graph)).toEqual([])
})
