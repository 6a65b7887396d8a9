import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { services } from '../runtime/catalogue.ts'
import { repositoryRoot } from '../runtime/repository.ts'
import { type Pruned, pruneApp } from './prune-app.ts'

/** Outside the repository: Node must not find there what was left out here. */
const folder = mkdtempSync(join(tmpdir(), 'prep-images-'))

beforeAll(() => void execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { cwd: repositoryRoot, stdio: 'pipe' }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(app: string, file: string, env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [file], { cwd: join(folder, app, 'apps', app, 'dist'), env: { PORT: '0', ...env }, encoding: 'utf8', timeout: 60_000 })
}

describe.each(services.map((service) => [service.name, service] as const))('the image of %s', (app, { database }) => {
  let pruned: Pruned
  beforeAll(() => {
    pruned = pruneApp(repositoryRoot, app, join(folder, app))
  })

  test('starts with what was kept: it says what it lacks, and that is no module', () => {
    const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', STRIPE_API_KEY: 'sk_test_x', LISTING_URL: 'http://127.0.0.1:1' }
    const { status, stderr, stdout } = run(app, 'main.js', nowhere)
    expect(`${stdout}${stderr}`).not.toMatch(/ERR_MODULE_NOT_FOUND|Cannot find (module|package)|package is missing/)
    expect(status).toBe(database === undefined ? 78 : 69)
  })

  test('migrates with the same, where there is a database', () => {
    expect(existsSync(join(folder, app, 'apps', app, 'dist', 'migrate.js'))).toBe(database !== undefined)
    const { status, stderr } = run(app, 'migrate.js')
    if (database !== undefined) expect([status, stderr]).toEqual([78, expect.stringContaining('DATABASE_URL is required')])
  })

  test('holds no test, no tool and no compiler', () => {
    expect(pruned.projects.filter((project) => !/^(apps|libs)\/(?!testing)/.test(project))).toEqual([])
    for (const place of ['typescript', 'vitest', 'nx', 'eslint']) expect(existsSync(join(folder, app, 'node_modules', place)), place).toBe(false)
    const files = readdirSync(join(folder, app, 'apps', app, 'dist'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.(d\.ts|tsbuildinfo|test\.js)$/.test(file))).toEqual([])
  })
})
