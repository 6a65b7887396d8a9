import { Command } from 'commander'
import { gitopsBumpCommand } from './gitops/bump.ts'
import { gitopsDiffCommand } from './gitops/diff.ts'
import { gitopsDrillCommand } from './gitops/drill.ts'
import { gitopsMutateCommand } from './gitops/mutate.ts'
import { gitopsRenderCommand } from './gitops/render.ts'
import { gitopsToolsCommand } from './gitops/tools.ts'
import { gitopsVerifyCommand } from './gitops/verify.ts'
import { gitopsWindowCommand } from './gitops/window.ts'

/** `./prep gitops`: one sub-command a file, in gitops/. */
export function gitopsCommand(): Command {
  return new Command('gitops')
    .description('charts and the tree that Argo CD syncs: what would be applied, and the proof that it works')
    .addCommand(gitopsRenderCommand())
    .addCommand(gitopsDiffCommand())
    .addCommand(gitopsWindowCommand())
    .addCommand(gitopsMutateCommand())
    .addCommand(gitopsBumpCommand())
    .addCommand(gitopsVerifyCommand())
    .addCommand(gitopsDrillCommand())
    .addCommand(gitopsToolsCommand())
}
