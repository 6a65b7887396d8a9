import { join } from 'node:path'
import { Command } from 'commander'
import type { Made } from '../../generators/made.ts'

const root = join(import.meta.dirname, '../../..')

interface EventFlags { says: string, id?: string, json?: boolean }
interface ServiceFlags { says: string, hears?: string, context?: string, json?: boolean }
interface HandlerFlags { external?: boolean, json?: boolean }

/** `./prep new`: one sub-command a kind of room; each is a file of tools/generators. */
export function newCommand(): Command {
  const json = ['--json', 'print one JSON document instead of text'] as const
  return new Command('new')
    .description('write the rooms of something new, with a test')
    .addCommand(new Command('event').description('a contract: schema, samples, README, types')
      .argument('<name>', 'context and what happened: booking.extended').requiredOption('--says <sentence>', 'what it tells')
      .option('--id <property>', 'the property with the id of what it is about').option(...json).action(event))
    .addCommand(new Command('handler').description('a subscription of a service, wired and with its test and scopes')
      .argument('<service>', 'for example notification').argument('<type>', 'for example booking.requested.v1')
      .option('--external', 'it talks to the outside: no open transaction').option(...json).action(handler))
    .addCommand(new Command('service').description('an app with its rooms, entered in the platform, in Dapr and in the three environments')
      .argument('<name>', 'for example price-watch').option('--says <sentence>', 'what it is for', 'Keeps an entry for each message that it hears, and tells of it.')
      .option('--hears <type>', 'the event that brings it work', 'booking.confirmed.v1').option('--context <word>', 'its bounded context; default its name without hyphens')
      .option(...json).action(service))
}

async function event(name: string, { says, id, json }: EventFlags): Promise<void> {
  const { newEvent } = await import('../../generators/new-event.ts')
  tell(await newEvent(root, { name, says, id }), json)
}

async function handler(name: string, type: string, { external = false, json }: HandlerFlags): Promise<void> {
  const { newHandler } = await import('../../generators/new-handler.ts')
  tell(await newHandler(root, { service: name, type, isExternal: external }), json)
}

async function service(name: string, { says, hears, context, json }: ServiceFlags): Promise<void> {
  const { newService } = await import('../../generators/new-service.ts')
  tell(await newService(root, { name, says, hears, context }), json)
}

function tell({ files, next }: Made, json = false): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ files, next }, null, 2)}\n`)
  process.stdout.write(`${files.map((path) => `wrote ${path}\n`).join('')}\nNext:\n${next.map((step) => `  - ${step}\n`).join('')}`)
}
