import { Command } from 'commander'
import { projectionListCommand } from './projection/list.ts'
import { projectionRebuildCommand } from './projection/rebuild.ts'

/** `./prep projection`: one sub-command a file, in projection/. */
export function projectionCommand(): Command {
  return new Command('projection')
    .description("read models that services keep of each other's data: how they stand, and how to build one anew")
    .addCommand(projectionListCommand())
    .addCommand(projectionRebuildCommand())
}
