import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { services } from '../runtime/catalogue.ts'

const root = join(import.meta.dirname, '../..')

interface Step { readonly uses?: string, readonly run?: string, readonly with?: Record<string, unknown> }
interface Job {
  readonly permissions?: Record<string, string>
  readonly 'timeout-minutes'?: number
  readonly strategy?: { readonly matrix: Record<string, string[]> }
  readonly steps: Step[]
}
interface Workflow { readonly on: Record<string, unknown>, readonly permissions?: object, readonly jobs: Record<string, Job> }

const workflows = globSync('.github/workflows/*.yaml', { cwd: root }).sort().map((path) => {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, text, workflow: parse(text, { merge: true }) as Workflow }
})
const jobs = workflows.flatMap(({ path, workflow }) => Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${path} ${name}`, job })))
const steps = jobs.flatMap(({ name, job }) => job.steps.map((step) => ({ name, step })))

test('there are workflows, and all are looked at', () => {
  expect(workflows.map(({ path }) => path)).toEqual(['.github/workflows/ci.yaml', '.github/workflows/gitops.yaml', '.github/workflows/release.yaml'])
  expect(globSync('.github/workflows/*.yml', { cwd: root })).toEqual([])
})

test('every action is named by its commit, with its version beside it', () => {
  for (const { path, text } of workflows) {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))
    expect(uses.length, path).toBeGreaterThan(0)
    for (const line of uses) expect(line, path).toMatch(/uses: [\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  }
})

test('a workflow may do nothing by itself, and each job names what it may', () => {
  for (const { path, workflow } of workflows) expect(workflow.permissions, path).toEqual({})
  for (const { name, job } of jobs) {
    expect(job.permissions, name).toBeDefined()
    expect(Object.values(job.permissions ?? {}), name).not.toContain('write-all')
    expect(job['timeout-minutes'], name).toBeGreaterThan(0)
  }
})

test('only the release writes packages, the rest only reads, and no foreign code runs with rights', () => {
  const writers = jobs.filter(({ job }) => Object.values(job.permissions ?? {}).includes('write')).map(({ name }) => name)
  expect(writers).toEqual(['.github/workflows/release.yaml image'])
  for (const { path, workflow } of workflows) expect(Object.keys(workflow.on), path).not.toContain('pull_request_target')
})

test('nothing that others write is put into a script', () => {
  for (const { name, step } of steps) if (step.run !== undefined) expect(step.run, name).not.toMatch(/\$\{\{/)
})

test('credentials stay behind only where something is pushed', () => {
  const kept = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@') === true && step.with?.['persist-credentials'] !== false)
  expect(kept.map(({ name }) => name)).toEqual(['.github/workflows/release.yaml bump-dev'])
})

test('every service gets an image', () => {
  const release = workflows.find(({ path }) => path.endsWith('release.yaml'))
  expect(release?.workflow.jobs['image']?.strategy?.matrix['app']).toEqual(services.map(({ name }) => name))
})
