import { Command } from 'commander'
import { repositoryRoot } from '../repository-root.ts'

/** `./prep promote booking staging prod`: a branch, ready for a pull request. */
export function promoteCommand(): Command {
  return new Command('promote')
    .description('copy an app\'s version file to the next environment, as a branch with the rendered diff in its commit')
    .argument('<app>', 'a service, or dapr')
    .argument('<from>', 'dev or staging')
    .argument('<to>', 'staging or prod')
    .option('--allow', 'also an older version than the one that runs there')
    .option('--json', 'print one JSON document instead of text')
    .action(runPromotion)
}

async function runPromotion(app: string, from: string, to: string, { allow = false, json = false }: { allow?: boolean, json?: boolean }): Promise<void> {
  const { gitopsTool } = await import('../../gitops/tools.ts')
  const { environmentOf } = await import('../../gitops/render/release-of.ts')
  const { promote } = await import('../../gitops/promote/promote.ts')
  const { inWords } = await import('../../gitops/compare/in-words.ts')
  const promotion = { app, from: environmentOf(from), to: environmentOf(to) }
  const made = await promote(repositoryRoot, promotion, await gitopsTool('helm'), { allow })
  if (json) return void process.stdout.write(`${JSON.stringify(made, null, 2)}\n`)
  process.stdout.write([
    `${made.branch}: ${app} ${made.version} from ${from} to ${to}, instead of ${made.replaces}`,
    ...inWords(made.changes).map((sentence) => `  ${sentence}`),
    '',
    ...made.files.map((file) => `  ${file}`),
    '',
    `Next: git push -u origin ${made.branch}, and open a pull request; ${to === 'prod' ? 'its review is the gate to prod' : 'it is synced when merged'}.`,
    '',
  ].join('\n'))
}
