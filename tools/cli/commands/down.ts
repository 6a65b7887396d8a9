import { openPlatform } from '@prep/runtime'
import { Command } from 'commander'

interface DownOptions {
  readonly wipe?: boolean
  readonly json?: boolean
}

export function downCommand(): Command {
  return new Command('down')
    .description('end exactly what was started, by recorded process id')
    .option('--wipe', 'also remove its data, logs and secrets')
    .option('--json', 'print one JSON document instead of text')
    .action(down)
}

async function down({ wipe = false, json = false }: DownOptions): Promise<void> {
  const platform = openPlatform()
  const ended = await platform.down()
  if (wipe) platform.wipe()
  if (json) {
    process.stdout.write(`${JSON.stringify({ ended, wiped: wipe })}\n`)
    return
  }
  process.stdout.write(ended.length === 0 ? 'Nothing was running.\n' : `Ended ${ended.length} processes: ${ended.join(', ')}.\n`)
  process.stdout.write(wipe ? 'Its data is removed.\n' : 'Data is kept; ./prep down --wipe removes it.\n')
}
