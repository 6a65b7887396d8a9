import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeGenerated } from '../contracts/generated-files.ts'
import { GeneratorError } from './errors.ts'
import { eventFiles } from './event-files.ts'
import { type Made, pascalCase, writeNew } from './made.ts'

export interface NewEvent {
  /** `booking.extended`: the context and what happened, without a version. */
  readonly name: string
  /** One sentence: what a reader of the catalogue learns from it. */
  readonly says: string
  /** The property that holds the aggregate's id; default `<context>Id`. */
  readonly id?: string | undefined
}

/**
 * Writes the room of a new event: schema, samples, README, and what is generated from them. The tests of libs/contracts
 * take every room up by themselves.
 * @throws GeneratorError GEN_NAME_INVALID, GEN_CONTEXT_UNKNOWN, GEN_EXISTS
 */
export async function newEvent(root: string, { name, says, id }: NewEvent): Promise<Made> {
  const [, context, past] = /^([a-z]+)\.([a-z]+(?:-[a-z]+)*)$/.exec(name) ?? []
  if (context === undefined || past === undefined) throw new GeneratorError('GEN_NAME_INVALID', `'${name}': write the context, a dot and what happened: booking.extended`)
  const source = join(root, 'libs/contracts/src')
  const contexts = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  if (!contexts.includes(context)) throw new GeneratorError('GEN_CONTEXT_UNKNOWN', `'${context}'. There are: ${contexts.join(', ')}. A new one needs its topics and scopes first (tools/runtime/catalogue.ts, dapr/components).`)
  const folder = `libs/contracts/src/${context}/${context}-${past}/v1`
  if (existsSync(join(root, folder))) throw new GeneratorError('GEN_EXISTS', folder)
  const sentence = /[.!]$/.test(says) ? says : `${says}.`
  const files = eventFiles(context, past, { sentence, id: id ?? `${context}Id`, published: `Not published yet; it will be on \`prep.${context}.events\`.` })
  writeNew(root, Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text])))
  const exported = `${pascalCase(`${context}-${past}`)}V1`
  return {
    files: [...Object.keys(files).map((path) => `${folder}/${path}`), ...(await writeGenerated(root))],
    next: [
      `describe its fields in ${folder}/schema.json and put them into the samples, then: ./prep contracts generate`,
      `publish it: outbox.publish(tx, ${exported}, { data, subject, sequence })`,
      `say in its README.md when it is published, then: ./prep test --only unit libs/contracts tools/contracts`,
    ],
  }
}
