import { writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'
import { tally, type Outcome, type Tally } from './tally.ts'

type Parent = TestSuite | TestModule

/** Vitest reporter that writes the run's {@link Tally} as JSON to the file named by PREP_TEST_REPORT. */
export default class Collector implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message?: string }[]): void {
    const file = process.env['PREP_TEST_REPORT']
    if (!file) return
    const strays = unhandled.map((error): Outcome => ({ name: `outside any test: ${error.message ?? 'unknown error'}`, state: 'failed' }))
    writeFileSync(file, JSON.stringify(tally([...modules.flatMap(outcomesOf), ...strays])))
  }
}

export type { Tally }

function outcomesOf(module: TestModule): Outcome[] {
  const broken = [module, ...module.children.allSuites()].filter((parent) => parent.errors().length > 0)
  const own = broken.map((parent): Outcome => ({ name: nameOf(parent), state: 'failed' }))
  return [...own, ...[...module.children.allTests()].map((test) => outcomeOf(test, broken))]
}

/** A test that did not run because a hook above it threw is a failure, not a skip. */
function outcomeOf(test: TestCase, broken: Parent[]): Outcome {
  const name = `${test.module.relativeModuleId} > ${test.fullName}`
  const result = test.result()
  if (result.state === 'passed') return { name, state: 'passed' }
  if (result.state !== 'skipped' || broken.some((parent) => contains(parent, test))) return { name, state: 'failed' }
  return { name, state: 'skipped', ...(result.note ? { reason: result.note } : {}) }
}

function contains(parent: Parent, test: TestCase): boolean {
  for (let at: Parent = test.parent; ; at = at.parent) {
    if (at === parent) return true
    if (at.type === 'module') return false
  }
}

function nameOf(parent: Parent): string {
  return parent.type === 'module' ? parent.relativeModuleId : `${parent.module.relativeModuleId} > ${parent.fullName}`
}
