import { expect, test } from 'vitest'
import { brokenLinks, documents } from './document-links.ts'
import { repositoryRoot } from './repository.ts'

test('a link to a file that is not there is found, and only that', () => {
  const text = 'See [one](../README.md), [two](gone.md#here), [three](https://example.org/x), [four](#below).\n```\n[five](no.md)\n```'
  expect(brokenLinks(repositoryRoot, { path: 'docs/a.md', text })).toEqual(['docs/a.md links to gone.md, which is not there'])
})

test('every link in the documents leads somewhere', () => {
  const all = documents(repositoryRoot)
  expect(all.length).toBeGreaterThan(20)
  expect(all.flatMap((document) => brokenLinks(repositoryRoot, document))).toEqual([])
})
