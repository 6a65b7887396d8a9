import { join } from 'node:path'
import { openPlatform, RuntimeError, serviceNamed, services } from '@prep/runtime'
import { Command } from 'commander'

/** One service in the foreground, for a debugger or for the Dapr CLI; the rest is there already (./prep up --infra). */
export function runCommand(): Command {
  return new Command('run')
    .description('run one service in the foreground, with the environment that ./prep up gives it; logs go to the terminal')
    .argument('<service>', 'for example booking')
    .argument('[flags...]', 'for Node.js, after --: ./prep run booking -- --inspect')
    .option('--json', 'changes nothing: a service logs JSON')
    .action(run)
}

function run(name: string, flags: string[]): void {
  if (serviceNamed(name) === undefined) throw new RuntimeError('RT_PART_UNKNOWN', { message: `There is no service "${name}". There are: ${services.map((service) => service.name).join(', ')}.` })
  const platform = openPlatform()
  if (!platform.isUp) throw new RuntimeError('RT_NOT_RUNNING', { message: 'What a service stands on does not run.', hint: 'Start it: ./prep up --infra --detach' })
  // The Dapr CLI chooses the sidecar's port and the tokens: what is set already stays.
  const env = { ...platform.serviceEnv(name), ...process.env }
  const main = join(platform.repoRoot, 'apps', name, 'dist', 'main.js')
  process.chdir(platform.repoRoot)
  // The service takes the place of this process: whoever ends it, by whatever signal, ends the service and no wrapper of it.
  process.execve?.(process.execPath, [process.execPath, ...flags, main], env)
}
