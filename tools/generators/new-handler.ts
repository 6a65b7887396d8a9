import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CatalogueEntry, readCatalogue } from '../contracts/catalogue.ts'
import { writeGenerated } from '../contracts/generated-files.ts'
import { GeneratorError } from './errors.ts'
import { handlerSource, handlerTestSource } from './handler-source.ts'
import { type Made, pascalCase, writeNew } from './made.ts'
import { openTopic } from './open-topic.ts'
import { publishedContract } from './published-contract.ts'
import { withController } from './with-controller.ts'

export interface NewHandler {
  /** The service that handles the message: `notification`. */
  readonly service: string
  /** `booking.requested.v1` */
  readonly type: string
  /** It talks to the outside, and so runs without a transaction. */
  readonly isExternal: boolean
}

/**
 * Writes a handler and its test, wires it into the service's module, and opens the topic to the service in Dapr's scopes,
 * for this machine and for the charts.
 * @throws GeneratorError GEN_SERVICE_UNKNOWN, GEN_MESSAGE_UNKNOWN, GEN_UNPUBLISHED, GEN_EXISTS, GEN_PLACE_UNKNOWN
 */
export async function newHandler(root: string, options: NewHandler): Promise<Made> {
  const { service } = options
  const module = `apps/${service}/src/${service}.module.ts`
  if (!existsSync(join(root, module)) || !readFileSync(join(root, module), 'utf8').includes('MessagingModule.forRoot(')) throw new GeneratorError('GEN_SERVICE_UNKNOWN', `'${service}'`)
  const contract = contractFor(await readCatalogue(root), options)
  const file = `on-${new URL(contract.dataschema).pathname.split('/')[2]}`
  const className = pascalCase(file)
  const place = { root, service, module }
  const wired = wiringOf(place, className, file)
  const moduleClass = /export class (\w+)/.exec(readFileSync(join(root, module), 'utf8'))?.[1] ?? ''
  const folder = `apps/${service}/src/subscriptions`
  const parts = { ...options, contract, className, file, moduleClass }
  const written = { [`${folder}/${file}.handler.ts`]: handlerSource(parts), [`${folder}/${file}.integration.test.ts`]: handlerTestSource(parts) }
  writeNew(root, written)
  writeFileSync(join(root, wired.path), wired.text)
  const opened = openTopic(root, service, contract.topic.replace('<service>', service))
  const charts = opened.some((path) => path.startsWith('charts/'))
  return {
    files: [...Object.keys(written), wired.path, ...opened, ...(await writeGenerated(root))],
    next: [
      `say what it does in ${folder}/${file}.handler.ts, and what it is to do in its test: ./prep test --only integration ${file}`,
      ...(charts ? ['the charts render otherwise now: ./prep gitops render --golden'] : []),
    ],
  }
}

function contractFor(catalogue: readonly CatalogueEntry[], { service, type }: NewHandler): CatalogueEntry {
  const family = catalogue.find((entry) => entry.type === type)?.family
  const handled = catalogue.find((entry) => entry.family === family && entry.subscribers.includes(service))
  if (handled) throw new GeneratorError('GEN_EXISTS', `${service} handles ${handled.type}; a message has one handler in a service.`)
  return publishedContract(catalogue, type)
}

/** The file that lists the service's handlers: its subscriptions.ts where there is one, else its module. */
function wiringOf({ root, service, module }: { root: string, service: string, module: string }, className: string, file: string): { path: string, text: string } {
  const list = `apps/${service}/src/subscriptions/subscriptions.ts`
  const [path, specifier] = existsSync(join(root, list)) ? [list, `./${file}.handler.ts`] : [module, `./subscriptions/${file}.handler.ts`]
  return { path, text: withController(readFileSync(join(root, path), 'utf8'), { name: className, specifier, path }) }
}
