import { styleText } from 'node:util'
import { Command } from 'commander'
import type { ResourceChange } from '../../../gitops/compare/compare.ts'
import { repositoryRoot } from '../../repository-root.ts'

/** `./prep gitops diff staging prod`: what promotion would change, before anybody promotes. */
export function gitopsDiffCommand(): Command {
  return new Command('diff')
    .description('what promotion from one environment to another would change there: in words first, then as YAML')
    .argument('<from>', 'whose version files would be copied')
    .argument('<to>', 'whose settings stay')
    .argument('[app]', 'only this one')
    .option('--words', 'leave out the YAML')
    .option('--json', 'print one JSON document instead of text')
    .action(diffCommand)
}

interface AppDiff { readonly app: string, readonly words: readonly string[], readonly changes: readonly ResourceChange[] }

async function diffCommand(from: string, to: string, app: string | undefined, { json = false, words = false }: { json?: boolean, words?: boolean }): Promise<void> {
  const { gitopsTool } = await import('../../../gitops/tools.ts')
  const { appsOf, environmentOf } = await import('../../../gitops/render/release-of.ts')
  const { promotionDiff } = await import('../../../gitops/compare/promotion-diff.ts')
  const { inWords } = await import('../../../gitops/compare/in-words.ts')
  const [source, target] = [environmentOf(from), environmentOf(to)]
  const helm = await gitopsTool('helm')
  const there = new Set(appsOf(repositoryRoot, source))
  const diffs: AppDiff[] = []
  for (const name of app === undefined ? appsOf(repositoryRoot, target).filter((known) => there.has(known)) : [app]) {
    const changes = await promotionDiff(repositoryRoot, name, source, target, helm)
    diffs.push({ app: name, words: inWords(changes), changes })
  }
  process.stdout.write(json ? `${JSON.stringify({ from, to, apps: diffs }, null, 2)}\n` : told(diffs, words))
}

function told(diffs: readonly AppDiff[], wordsOnly: boolean): string {
  const words = diffs.map(({ app, words: sentences }) => `${styleText('bold', app)}\n${sentences.map((sentence) => `  ${sentence}\n`).join('')}`)
  const yaml = diffs.flatMap(({ app, changes }) => changes.map(({ resource, diff }) => `${styleText('bold', `${app}  ${resource}`)}\n${coloured(diff)}`))
  return [...words, ...(wordsOnly ? [] : yaml)].join('\n')
}

function coloured(diff: string): string {
  return diff.split('\n').map((line) => line.startsWith('+') ? styleText('green', line) : line.startsWith('-') ? styleText('red', line) : line).join('\n')
}
