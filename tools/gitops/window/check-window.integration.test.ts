import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { git } from '../promote/git.ts'
import { checkWindow, windowFile } from './check-window.ts'

const source = join(import.meta.dirname, '../../..')
const openMonday = new Date('2026-11-23T10:00:00Z')
const saturday = new Date('2026-11-28T10:00:00Z')
const version = 'gitops/envs/prod/booking/version.yaml'
let root: string

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'prep-window-'))
  await git(root, 'init', '--quiet', '--initial-branch=main')
  await git(root, 'config', 'user.name', 'A developer')
  await git(root, 'config', 'user.email', 'developer@prep.example')
  mkdirSync(dirname(join(root, windowFile)), { recursive: true })
  cpSync(join(source, windowFile), join(root, windowFile))
  await commit(version, 'version: 1')
  await commit(version, 'version: 2')
  await git(root, 'switch', '--quiet', '-c', 'change')
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

async function commit(path: string, text: string): Promise<void> {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  await git(root, 'add', '--all')
  await git(root, 'commit', '--quiet', '-m', text)
}

test('what does not touch prod passes at any time', async () => {
  await commit('gitops/envs/dev/booking/version.yaml', 'version: 3')
  await expect(checkWindow(root, 'main', saturday)).resolves.toMatchObject({ because: 'nothing of prod changes' })
})

test('a promotion passes in the window and is refused outside, with the time at which it opens', async () => {
  await commit(version, 'version: 3')
  await expect(checkWindow(root, 'main', openMonday)).resolves.toEqual({ because: 'the window is open', changes: [version] })
  await expect(checkWindow(root, 'main', saturday)).rejects.toMatchObject({
    code: 'GITOPS_WINDOW_CLOSED',
    message: 'Prod may not change now: it is sat 11:00 in Europe/Berlin. It opens at 2026-11-30T07:00:00.000Z. A revert passes at any time.',
    detail: `New in prod:\n${version}`,
  })
})

test('git revert passes on a Saturday', async () => {
  await git(root, 'revert', '--no-edit', 'HEAD')
  expect(readFileSync(join(root, version), 'utf8')).toBe('version: 1')
  await expect(checkWindow(root, 'main', saturday)).resolves.toMatchObject({ because: 'a revert passes at any time' })
})

test('a file that came with the reverted commit may go again', async () => {
  await git(root, 'switch', '--quiet', 'main')
  await commit('gitops/envs/prod/pricing/version.yaml', 'version: 1')
  await git(root, 'switch', '--quiet', '-c', 'back')
  await git(root, 'revert', '--no-edit', 'HEAD')
  await expect(checkWindow(root, 'main', saturday)).resolves.toMatchObject({ because: 'a revert passes at any time' })
})

test('a revert that brings something new along is none', async () => {
  await git(root, 'revert', '--no-edit', 'HEAD')
  await commit('gitops/envs/prod/booking/values.yaml', 'logLevel: trace')
  await expect(checkWindow(root, 'main', saturday)).rejects.toMatchObject({ code: 'GITOPS_WINDOW_CLOSED', detail: 'New in prod:\ngitops/envs/prod/booking/values.yaml' })
})

test('the window cannot be opened by the pull request that wants through', async () => {
  await commit(windowFile, 'timeZone: UTC\nopen: [{ days: [sat], from: "00:00", to: "23:59" }]\nguards: [nothing/]')
  await expect(checkWindow(root, 'main', saturday)).rejects.toMatchObject({ code: 'GITOPS_WINDOW_CLOSED' })
})
