import { openPlatform, RuntimeError } from '@prep/runtime'
import { Command } from 'commander'
import { runDemo } from '../demo/demo.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('two bookings through the gateway: one confirmed, one whose card is declined')
    .option('--json', 'print one JSON document instead of text')
    .action(async ({ json = false }: { json?: boolean }) => {
      const platform = openPlatform()
      if (!platform.isUp) throw new RuntimeError('RT_NOT_RUNNING', { message: 'Prep does not run.', hint: 'Start it: ./prep up' })
      const told = await runDemo(platform.part('api-gateway').url, json ? () => {} : (text) => process.stdout.write(text))
      if (json) process.stdout.write(`${JSON.stringify(told, null, 2)}\n`)
    })
}
