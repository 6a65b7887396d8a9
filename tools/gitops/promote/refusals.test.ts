import { expect, test } from 'vitest'
import { isOlder, mustBeNewer, mustBePinned, mustFollow, nameOf } from './refusals.ts'
import type { Version } from './version-file.ts'

const pinned: Version = { digest: `sha256:${'a'.repeat(64)}`, tag: '', version: '0.2.0', commit: 'c'.repeat(40), chartRevision: 'c'.repeat(40) }
const meant = { allow: false, isAncestor: false }

test('an environment is neither passed over nor gone back to', () => {
  expect(() => mustFollow('dev', 'staging')).not.toThrow()
  expect(() => mustFollow('dev', 'prod')).toThrow('The order is dev, staging, prod')
  expect(() => mustFollow('prod', 'staging')).toThrow(expect.objectContaining({ code: 'GITOPS_PROMOTION_ORDER' }))
})

test.each([
  ['a tag', { digest: '', tag: '0.2.0' }, 'by tag (0.2.0)'],
  ['the digest that stands for none', { digest: `sha256:${'0'.repeat(64)}` }, 'no digest'],
  ['a chart that moves by itself', { chartRevision: 'HEAD' }, 'read at HEAD'],
])('prod refuses %s', (_, part, why) => {
  expect(() => mustBePinned('booking', 'prod', { ...pinned, ...part })).toThrow(why)
  expect(() => mustBePinned('booking', 'staging', { ...pinned, ...part })).not.toThrow()
})

test('prod takes a digest and a commit', () => {
  expect(() => mustBePinned('booking', 'prod', pinned)).not.toThrow()
})

test('the same version is refused, whatever is allowed', () => {
  expect(() => mustBeNewer('booking', pinned, { ...pinned }, { ...meant, allow: true })).toThrow(expect.objectContaining({ code: 'GITOPS_SAME_VERSION' }))
})

test('an older version is refused unless it is allowed', () => {
  const running = { ...pinned, version: '0.10.0' }
  expect(() => mustBeNewer('booking', pinned, running, meant)).toThrow(expect.objectContaining({ code: 'GITOPS_DOWNGRADE' }))
  expect(() => mustBeNewer('booking', pinned, running, { ...meant, allow: true })).not.toThrow()
})

test('what was built from an ancestor is older, though its version says the same', () => {
  const running = { ...pinned, digest: `sha256:${'b'.repeat(64)}` }
  expect(() => mustBeNewer('booking', pinned, running, meant)).not.toThrow()
  expect(() => mustBeNewer('booking', pinned, running, { ...meant, isAncestor: true })).toThrow('is older than')
})

test('versions are compared by numbers', () => {
  expect(isOlder('0.9.0', '0.10.0')).toBe(true)
  expect(isOlder('1.0.0', '0.99.99')).toBe(false)
  expect(isOlder('nightly', '0.1.0')).toBe(false)
})

test('a version is named by its number and its commit', () => {
  expect(nameOf(pinned)).toBe('0.2.0 (ccccccc)')
  expect(nameOf({ ...pinned, version: '', commit: '' })).toBe('without a version')
})
