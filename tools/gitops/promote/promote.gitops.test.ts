import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { promotionDiff } from '../compare/promotion-diff.ts'
import { goldenFiles, renewGolden, staleGolden, writeGolden } from '../golden/golden.ts'
import { environmentOf, releaseOf } from '../render/release-of.ts'
import { gitopsTool } from '../tools.ts'
import { bump } from './bump.ts'
import { git } from './git.ts'
import { promote, type Promotion } from './promote.ts'
import { versionFile } from './version-file.ts'

// A real repository with this tree's charts, the real helm and the real git.
const source = join(import.meta.dirname, '../../..')
const helm = await gitopsTool('helm')
const toStaging: Promotion = { app: 'booking', from: 'dev', to: 'staging' }
const toProd: Promotion = { app: 'booking', from: 'staging', to: 'prod' }
const meant = { allow: false }
const scratch = mkdtempSync(join(tmpdir(), 'prep-promotion-'))
const clean = join(scratch, 'clean')
let root: string

beforeAll(async () => {
  root = clean
  for (const folder of ['charts', 'gitops']) cpSync(join(source, folder), join(root, folder), { recursive: true, verbatimSymlinks: true })
  await git(root, 'init', '--quiet', '--initial-branch=main')
  await git(root, 'config', 'user.name', 'A developer')
  await git(root, 'config', 'user.email', 'developer@prep.example')
  writeGolden(root, await goldenFiles(root, helm))
  await commit('The tree')
})

beforeEach(() => {
  root = mkdtempSync(join(scratch, 'tree-'))
  cpSync(clean, root, { recursive: true, verbatimSymlinks: true })
})

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})

async function commit(message: string): Promise<string> {
  await git(root, 'add', '--all')
  await git(root, 'commit', '--quiet', '--allow-empty', '-m', message)
  return git(root, 'rev-parse', 'HEAD')
}

/** What CI does after a build: digest, version and commit go into a version file. */
async function release(environment: string, digit: string, version: string): Promise<void> {
  const head = await git(root, 'rev-parse', 'HEAD')
  const here = readFileSync(join(root, versionFile('booking', 'dev')), 'utf8')
  bump(root, 'booking', { digest: `sha256:${digit.repeat(64)}`, version, commit: head })
  if (environment !== 'dev') {
    renameSync(join(root, versionFile('booking', 'dev')), join(root, versionFile('booking', environment)))
    writeFileSync(join(root, versionFile('booking', 'dev')), here)
  }
  renewGolden(root, await goldenFiles(root, helm, [releaseOf(root, environmentOf(environment), 'booking')]))
  await commit(`booking ${version} in ${environment}`)
}

test('a promotion is a branch with the version file, the golden renders and what it changes; the checkout stays', async () => {
  await release('dev', 'a', '0.2.0')
  const before = await git(root, 'rev-parse', 'HEAD')
  const promoted = await promote(root, toStaging, helm, meant)
  expect(promoted.branch).toBe('promote/booking-0.2.0-to-staging')
  expect([...promoted.files].sort()).toEqual(['charts/golden/staging/booking.yaml', 'gitops/envs/staging/booking/version.yaml'])
  expect(await git(root, 'show', `${promoted.branch}:gitops/envs/staging/booking/version.yaml`)).toBe(await git(root, 'show', 'main:gitops/envs/dev/booking/version.yaml'))
  const message = await git(root, 'log', '-1', '--format=%B', promoted.branch)
  expect(message).toMatch(/^Promote booking 0\.2\.0 \([0-9a-f]{7}\) from dev to staging\n/)
  expect(message).toContain('Deployment/booking: pod containers[app].image ghcr.io/prep-kitchens/booking@sha256:000000000000 becomes')
  expect(message).toMatch(/^ {4}\+.*image: ghcr\.io\/prep-kitchens\/booking@sha256:a{64}$/m)
  expect(await git(root, 'rev-parse', 'HEAD')).toBe(before)
  expect(await git(root, 'status', '--porcelain')).toBe('')
  expect(await git(root, 'worktree', 'list')).not.toContain(promoted.branch)
})

test('after the merge the golden renders are fresh, and a revert brings the old render back to the letter', async () => {
  await release('dev', 'a', '0.2.0')
  const old = readFileSync(join(root, 'charts/golden/staging/booking.yaml'), 'utf8')
  const promoted = await promote(root, toStaging, helm, meant)
  await git(root, 'merge', '--quiet', '--ff-only', promoted.branch)
  await git(root, 'revert', '--no-edit', 'HEAD')
  expect(readFileSync(join(root, 'charts/golden/staging/booking.yaml'), 'utf8')).toBe(old)
  expect(staleGolden(root, await goldenFiles(root, helm))).toEqual([])
})

test('a change of the chart reaches an environment only with its version file', async () => {
  await release('dev', 'a', '0.2.0')
  await release('prod', 'a', '0.2.0')
  const template = join(root, 'charts/prep-service/templates/service-account.yaml')
  writeFileSync(template, readFileSync(template, 'utf8').replace('metadata:', 'metadata:\n  # changed\n  namespace: somewhere-else'))
  await commit('A change of the chart')
  const stale = staleGolden(root, await goldenFiles(root, helm))
  expect(stale).toContain('charts/golden/staging/booking.yaml') // still at HEAD
  expect(stale).not.toContain('charts/golden/prod/booking.yaml')
  await release('staging', 'b', '0.3.0')
  expect((await promotionDiff(root, 'booking', 'staging', 'prod', helm)).map(({ resource }) => resource)).toContain('ServiceAccount/booking (somewhere-else)')
})

test('prod refuses a version that is not pinned, and nothing is left behind', async () => {
  const file = join(root, versionFile('booking', 'staging'))
  writeFileSync(file, readFileSync(file, 'utf8').replace(/digest: .*/, 'tag: 0.2.0'))
  await commit('A tag')
  await expect(promote(root, toProd, helm, meant)).rejects.toMatchObject({ code: 'GITOPS_NOT_PINNED', message: expect.stringContaining('by tag (0.2.0)') })
  expect(await git(root, 'branch', '--list')).toBe('* main')
})

test('an older build is refused by its commit; with --allow it is promoted', async () => {
  await release('staging', 'a', '0.2.0')
  await release('prod', 'b', '0.2.0')
  await expect(promote(root, toProd, helm, meant)).rejects.toMatchObject({ code: 'GITOPS_DOWNGRADE' })
  await expect(promote(root, toProd, helm, { allow: true })).resolves.toMatchObject({ branch: 'promote/booking-0.2.0-to-prod' })
  await expect(promote(root, toProd, helm, { allow: true })).rejects.toMatchObject({ code: 'GITOPS_BRANCH_EXISTS' })
})

test('a dirty tree, an unknown app and the same version are refused', async () => {
  await expect(promote(root, { ...toStaging, app: 'bookings' }, helm, meant)).rejects.toMatchObject({ code: 'GITOPS_RELEASE_UNKNOWN', message: expect.stringContaining('notification') })
  await expect(promote(root, toStaging, helm, meant)).rejects.toMatchObject({ code: 'GITOPS_SAME_VERSION' })
  writeFileSync(join(root, 'left-over'), '')
  await expect(promote(root, toStaging, helm, meant)).rejects.toMatchObject({ code: 'GITOPS_DIRTY_TREE', detail: expect.stringContaining('left-over') })
})

test('a version that the chart refuses makes no branch', async () => {
  const file = join(root, versionFile('booking', 'dev'))
  writeFileSync(file, readFileSync(file, 'utf8').replace('version: 0.1.0', 'version: 0.2.0\n  colour: green'))
  await commit('A key that the chart does not know')
  await expect(promote(root, toStaging, helm, meant)).rejects.toMatchObject({ code: 'GITOPS_RENDER_FAILED', message: expect.stringContaining('colour') })
  expect(await git(root, 'branch', '--list')).toBe('* main')
})

test('the components of the sidecars are promoted by a file of their own', async () => {
  const head = await git(root, 'rev-parse', 'HEAD')
  const file = join(root, versionFile('dapr', 'dev'))
  writeFileSync(file, readFileSync(file, 'utf8').replace('chartRevision: HEAD', `chartRevision: ${head}`))
  await commit('CI')
  const promoted = await promote(root, { app: 'dapr', from: 'dev', to: 'staging' }, helm, meant)
  expect([...promoted.files].sort()).toEqual(['charts/golden/services.yaml', 'gitops/envs/staging/dapr.version.yaml'])
})

test('CI writes digest, version and commit into dev, and nothing that names no image', () => {
  expect(bump(root, 'booking', { digest: `sha256:${'a'.repeat(64)}`, version: '0.2.0', commit: 'c'.repeat(40) })).toBe('gitops/envs/dev/booking/version.yaml')
  expect(readFileSync(join(root, versionFile('booking', 'dev')), 'utf8')).toMatch(/# Chart and common values[^]*chartRevision: c{40}\n/)
  expect(() => bump(root, 'booking', { digest: 'latest', version: '0.2.0', commit: 'c'.repeat(40) })).toThrow(expect.objectContaining({ code: 'GITOPS_NOT_PINNED' }))
})
