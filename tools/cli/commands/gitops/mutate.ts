import { join } from 'node:path'
import { Command } from 'commander'
import { table } from '../../table.ts'

const root = join(import.meta.dirname, '../../../..')
const target = 0.95

/** `./prep gitops mutate`: what a reviewer could miss, the checks must not. */
export function gitopsMutateCommand(): Command {
  return new Command('mutate')
    .description('delete each line of every rendered security context, probe, disruption budget and network policy, and count what the checks catch')
    .option('--json', 'print one JSON document instead of text')
    .action(mutateTree)
}

async function mutateTree({ json = false }: { json?: boolean }): Promise<void> {
  const { releases } = await import('../../../gitops/render/releases.ts')
  const { renderAll } = await import('../../../gitops/render/render.ts')
  const { gitopsTool } = await import('../../../gitops/tools.ts')
  const { policies } = await import('../../../gitops/policies/all-policies.ts')
  const { schemas } = await import('../../../gitops/schemas/schemas.ts')
  const { schemaValidator } = await import('../../../gitops/schemas/validator.ts')
  const { mutate, reportOf } = await import('../../../gitops/mutation/mutate.ts')
  const onProgress = (what: string): void => void (json || process.stderr.write(`... ${what}\n`))
  const rendered = await renderAll(root, releases(root), await gitopsTool('helm', onProgress))
  const report = reportOf(mutate(rendered, { policies, wrongBySchema: schemaValidator((await schemas(onProgress)).folder) }))
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : asText(report))
  if (report.caught / report.mutants < target) process.exitCode = 1
}

function asText(report: import('../../../gitops/mutation/mutate.ts').MutationReport): string {
  const share = (caught: number, of: number): string => `${((100 * caught) / of).toFixed(1)} %`
  const subjects = report.bySubject.map(({ subject, mutants, caught }) => [subject, String(mutants), String(caught), share(caught, mutants)])
  const checks = report.byCheck.map(({ check, caught }) => [check, String(caught)])
  const survivors = report.survivors.slice(0, 20).map(({ release, resource, line }) => [release, resource, line])
  return [
    table(['line of', 'deleted', 'caught', 'share'], [...subjects, ['all', String(report.mutants), String(report.caught), share(report.caught, report.mutants)]]),
    table(['caught first by', 'lines'], checks),
    survivors.length === 0 ? '' : table(['not caught', 'resource', 'line'], survivors),
  ].join('\n')
}
