import { join } from 'node:path'
import { Command } from 'commander'
import { runStage, type StageResult } from '../testing/run-stage.ts'
import { chosenStages, stageName, stages } from '../testing/stages.ts'
import { summaryAsJson, summaryOf } from '../testing/summary.ts'

const root = join(import.meta.dirname, '../../..')

interface TestOptions { only: string[], json?: boolean }

/** `./prep test`: every stage runs, whatever became of the one before; the last line says how it went. */
export function testCommand(): Command {
  return new Command('test')
    .description('build, lint, types, architecture rules, unit tests, charts and GitOps tree, integration and end-to-end tests')
    .argument('[filter...]', 'run only test files whose path contains one of these')
    .option('--only <stage>', `run one stage (again for more): ${stages.map(({ name }) => name).join(', ')}`,
      (names: string, before: string[]) => [...before, ...names.split(',').map(stageName)], [] as string[])
    .option('--json', 'print one JSON document instead of text')
    .action(async (filters: string[], options: TestOptions) => {
      const passed = await runTests(filters, options)
      process.exitCode = passed ? 0 : 1
    })
}

async function runTests(filters: readonly string[], { only, json = false }: TestOptions): Promise<boolean> {
  const results: StageResult[] = []
  for (const stage of chosenStages(only)) {
    if (!json) process.stdout.write(`\n== ${stage.title}\n`)
    results.push(await runStage(stage, { root, filters, quiet: json }))
  }
  process.stdout.write(`${json ? summaryAsJson(results) : `\n${summaryOf(results)}`}\n`)
  return results.every(({ tally }) => tally.failed === 0)
}
