import { Command } from 'commander'
import { repositoryRoot } from '../../repository-root.ts'

interface BumpOptions { readonly digest: string, readonly release: string, readonly commit: string, readonly json?: boolean }

/** `./prep gitops bump`: CI's own step after a build. */
export function gitopsBumpCommand(): Command {
  return new Command('bump')
    .description('write what CI has built into dev\'s version file')
    .argument('<app>', 'a service')
    .requiredOption('--digest <digest>', 'sha256:... of the image')
    .requiredOption('--release <version>', 'what people call it')
    .requiredOption('--commit <commit>', 'what it was built from, 40 digits')
    .option('--json', 'print one JSON document instead of text')
    .action(async (app: string, { digest, release, commit, json = false }: BumpOptions) => {
      const { bump } = await import('../../../gitops/promote/bump.ts')
      const path = bump(repositoryRoot, app, { digest, version: release, commit })
      process.stdout.write(json ? `${JSON.stringify({ app, path, digest, release, commit })}\n` : `${path}: ${release}\n`)
    })
}
