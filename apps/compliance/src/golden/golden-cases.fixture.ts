/**
 * Golden files: the record of what each rule set decides.
 *
 *   node apps/compliance/src/golden/golden-cases.fixture.ts            name the cases whose decision differs from the record; exit 1
 *   node apps/compliance/src/golden/golden-cases.fixture.ts --update   write the decisions down; review the difference before you commit it
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { BookingToCheck } from '../domain/booking-to-check.ts'
import type { Decision } from '../domain/decision.ts'
import type { Kitchen } from '../domain/kitchen.ts'
import { decide } from '../domain/reg-engine.ts'
import type { RuleSet } from '../domain/rule-set.ts'
import { kitchen202601 } from '../domain/rule-sets/kitchen-2026-01.ts'

const FILES = new URL('../../golden/', import.meta.url)

export const goldenRuleSets: readonly RuleSet[] = [kitchen202601]

export interface GoldenCase {
  /** `kitchen-2026-01/no-insurance` */
  readonly name: string
  readonly actual: Decision
  /** Undefined when nothing is recorded yet. */
  readonly expected: Decision | undefined
}

/** Every `<rule set>/<case>.input.json` with its decision now and the one on record. */
export function goldenCases(ruleSet: RuleSet): GoldenCase[] {
  return namesEnding(ruleSet, '.input.json').map((name) => {
    const input = read(`${name}.input.json`) as { kitchen: Kitchen; booking: BookingToCheck }
    const recorded = namesEnding(ruleSet, '.expected.json').includes(name)
    return {
      name,
      actual: decide(ruleSet, input.kitchen, input.booking),
      expected: recorded ? (read(`${name}.expected.json`) as Decision) : undefined,
    }
  })
}

/** Names of the cases on record, whether their input still exists or not. */
export function recordedCases(ruleSet: RuleSet): string[] {
  return namesEnding(ruleSet, '.expected.json')
}

function namesEnding(ruleSet: RuleSet, ending: string): string[] {
  const files = readdirSync(new URL(`${ruleSet.id}/`, FILES)).sort()
  return files.flatMap((file) => (file.endsWith(ending) ? [`${ruleSet.id}/${file.slice(0, -ending.length)}`] : []))
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, FILES), 'utf8'))
}

function main(update: boolean): number {
  const cases = goldenRuleSets.flatMap(goldenCases)
  const differing = cases.filter(({ actual, expected }) => !isDeepStrictEqual(actual, expected))
  for (const { name, actual } of differing) {
    process.stdout.write(`${update ? 'written' : 'differs'}: ${name}: ${actual.outcome}\n`)
    const text = `${JSON.stringify(actual, null, 2)}\n`
    if (update) writeFileSync(new URL(`${name}.expected.json`, FILES), text)
  }
  process.stdout.write(`${cases.length} cases, ${differing.length} ${update ? 'written' : 'differ'}\n`)
  return update || differing.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.includes('--update'))
