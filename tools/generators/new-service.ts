import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readCatalogue } from '../contracts/catalogue.ts'
import { writeGenerated } from '../contracts/generated-files.ts'
import { GeneratorError } from './errors.ts'
import { eventFiles } from './event-files.ts'
import { type Made, writeNew } from './made.ts'
import { publishedContract } from './published-contract.ts'
import { handlerPath } from './service/app-test-source.ts'
import { appPapers, appSources } from './service/app-source.ts'
import { gitopsFiles } from './service/gitops-files.ts'
import { enterService } from './service/lists.ts'
import { eventConstOf, eventOf, type ServiceParts } from './service/service-parts.ts'
import { writtenTopics } from './service/topics.ts'

export interface NewService {
  /** `price-watch`: app id, folder, Kafka group; its database is `price_watch`. */
  readonly name: string
  /** One sentence: what it is for. */
  readonly says: string
  /** The message that brings it work; default `booking.confirmed.v1`. */
  readonly hears?: string | undefined
  /** Its bounded context; default the name without its hyphens. */
  readonly context?: string | undefined
}

/** Names that mean something else to ./prep up, to compose.yaml or to the tree. */
const taken = ['postgres', 'kafka', 'sandbox', 'prepare', 'build', 'compile', 'pgbouncer', 'redis', 'infra', 'keda', 'dapr', 'templates', 'platform']

/**
 * Writes an app with its rooms (one handler, one table, one event, a test of the whole) and enters it everywhere: what is
 * built and started, Dapr's scopes, Kafka's users, and its values in the three environments.
 * @throws GeneratorError GEN_NAME_INVALID, GEN_EXISTS, GEN_MESSAGE_UNKNOWN, GEN_UNPUBLISHED, GEN_PLACE_UNKNOWN
 */
export async function newService(root: string, options: NewService): Promise<Made> {
  const parts = await partsOf(root, options)
  const { name, says } = parts
  const written = {
    ...under(`apps/${name}/src`, appSources(parts)),
    ...under(`apps/${name}`, appPapers(parts)),
    ...under(eventFolder(parts), eventOfService(parts)),
    ...gitopsFiles(parts),
  }
  writeNew(root, written)
  const entered = enterService(root, parts)
  return {
    files: [...Object.keys(written), ...entered, ...(await writeGenerated(root))],
    next: [
      'the charts render more now: ./prep gitops render --golden',
      `say what it does with a message in ${handlerPath(parts)}, and what it is to do in apps/${name}/src/${name}.integration.test.ts`,
      `say in ${eventFolder(parts)}/schema.json what it tells, then: ./prep contracts generate`,
      `./prep test --only integration apps/${name}, then ./prep up: it starts beside the others`,
      `its secrets go to Vault under prep/<env>/${name} before it is merged (gitops/README.md); "${says}" stands in its README and values`,
    ],
  }
}

async function partsOf(root: string, { name, says, hears = 'booking.confirmed.v1', context = name.replaceAll('-', '') }: NewService): Promise<ServiceParts> {
  if (!/^[a-z]+(-[a-z]+)*$/.test(name) || name.length > 40 || taken.includes(name)) throw new GeneratorError('GEN_NAME_INVALID', `'${name}': write small letters with hyphens between words, at most 40, and none of ${taken.join(', ')}: price-watch`)
  if (!/^[a-z]+$/.test(context)) throw new GeneratorError('GEN_NAME_INVALID', `'${context}': a context is one word in small letters: pricing`)
  for (const path of [`apps/${name}`, `libs/contracts/src/${context}`]) if (existsSync(join(root, path))) throw new GeneratorError('GEN_EXISTS', path)
  const heard = publishedContract(await readCatalogue(root), hears)
  if (heard.kind !== 'event') throw new GeneratorError('GEN_MESSAGE_UNKNOWN', `'${hears}' is a command: a new service hears an event first. ./prep new handler adds commands.`)
  return { name, context, says: /[.!]$/.test(says) ? says : `${says}.`, hears: heard }
}

function eventFolder(parts: ServiceParts): string {
  return `libs/contracts/src/${parts.context}/${eventOf(parts).replace('.', '-')}/v1`
}

function eventOfService(parts: ServiceParts): Record<string, string> {
  return eventFiles(parts.context, 'entry-kept', {
    sentence: `An entry of ${parts.name} was kept.`,
    id: 'entryId',
    published: `Published by \`${parts.name}\` in the transaction that keeps the entry, on \`${writtenTopics(parts).events}\`: \`${eventConstOf(parts)}\`.`,
    texts: { about: { says: `What the entry is about: the subject of the message that was heard.`, usual: '019b0000-0000-7000-8000-00000000b001' } },
  })
}

function under(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]))
}
