import { Command } from 'commander'
import { repositoryRoot } from '../../repository-root.ts'

/** `./prep gitops window`: the check of a pull request that touches prod. */
export function gitopsWindowCommand(): Command {
  return new Command('window')
    .description('whether what is checked out may be merged now: prod changes in its window, a revert at any time')
    .option('--base <branch>', 'what it would be merged into', 'origin/main')
    .option('--at <time>', 'as if it were then, RFC 3339')
    .option('--json', 'print one JSON document instead of text')
    .action(async ({ base, at, json = false }: { base: string, at?: string, json?: boolean }) => {
      const { checkWindow } = await import('../../../gitops/window/check-window.ts')
      const verdict = await checkWindow(repositoryRoot, base, at === undefined ? new Date() : new Date(at))
      process.stdout.write(json ? `${JSON.stringify(verdict, null, 2)}\n` : `May be merged: ${verdict.because}.\n${verdict.changes.map((path) => `  ${path}\n`).join('')}`)
    })
}
