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
      // Also when the services were started by hand or by the Dapr CLI: then they are no parts of the platform.
      const url = `http://127.0.0.1:${platform.ports.service('api-gateway')}`
      const told = await runDemo(url, json ? () => {} : (text) => process.stdout.write(text))
      if (json) process.stdout.write(`${JSON.stringify(told, null, 2)}\n`)
    })
}
