import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { Command } from 'commander'
import type { CatalogueEntry } from '../../contracts/catalogue.ts'
import type { Finding } from '../../contracts/findings.ts'
import { table } from '../table.ts'

const root = join(import.meta.dirname, '../../..')

interface Flags { json?: boolean }

/** `./prep contracts`: the messages of the platform, from their folders and the sources of the services. */
export function contractsCommand(): Command {
  const json = ['--json', 'print one JSON document instead of text'] as const
  return new Command('contracts')
    .description('what services say to each other: list, show, compare with the release, document')
    .addCommand(new Command('list').description('every contract, who publishes it and who handles it').argument('[filter]', 'part of a type').option(...json).action(list))
    .addCommand(new Command('show').description('one contract: fields, participants, a sample').argument('<type>', 'for example booking.confirmed.v1').option(...json).action(show))
    .addCommand(new Command('check').description('compare with the last release; exit code 1 when something breaks').option(...json).action(check))
    .addCommand(new Command('release').description('make the contracts as they are the released ones, when check finds nothing')
      .argument('[type...]', 'only these')
      .option('--retire <type>', 'forget a released contract whose folder is gone (again for more)', (type: string, before: string[]) => [...before, type], [] as string[])
      .option(...json).action(release))
    .addCommand(new Command('docs').description('write docs/asyncapi.json and docs/contracts.md, and let the official parser read the first').option(...json).action(docs))
    .addCommand(new Command('generate').description('write types, participants and documents from their sources').option(...json).action(generate))
}

async function list(filter: string | undefined, { json }: Flags): Promise<void> {
  const { readCatalogue } = await import('../../contracts/catalogue.ts')
  const { isReleased, readLock } = await import('../../contracts/released-lock.ts')
  const lock = readLock(root)
  const stateOf = (entry: CatalogueEntry): string => (lock[entry.type] === undefined ? 'new' : isReleased(lock, entry) ? 'released' : 'changed')
  const entries = (await readCatalogue(root)).filter(({ type }) => type.includes(filter ?? ''))
  const rows = entries.map((entry) => ({ type: entry.type, topic: entry.topic, publishers: entry.publishers, subscribers: entry.subscribers, state: stateOf(entry) }))
  if (json) return print(rows)
  const names = (services: readonly string[]): string => services.join(', ') || '-'
  process.stdout.write(table(['type', 'topic', 'published by', 'handled by', 'state'], rows.map((row) => [row.type, row.topic, names(row.publishers), names(row.subscribers), row.state])))
}

async function show(type: string, { json }: Flags): Promise<void> {
  const { readCatalogue } = await import('../../contracts/catalogue.ts')
  const { fieldsOf } = await import('../../contracts/describe.ts')
  const { unknownContract } = await import('../../../libs/contracts/src/errors.ts')
  const entry = (await readCatalogue(root)).find((candidate) => candidate.type === type)
  if (!entry) throw unknownContract(type)
  const { folder, topic, publishers, subscribers, samples, unpublished, dataschema } = entry
  if (json) return print({ type, topic, dataschema, folder, publishers, subscribers, unpublished, fields: fieldsOf(entry), samples, schema: entry.schema })
  const fields = fieldsOf(entry).map((line) => [line.field + (line.isRequired ? '' : '?'), line.what, `${line.description}${line.isPersonal ? ' (personal)' : ''}`])
  process.stdout.write([
    `${entry.readme.trim()}\n\n`,
    `topic         ${topic}\npublished by  ${publishers.join(', ') || (unpublished ?? '-')}\nhandled by    ${subscribers.join(', ') || '-'}\nfolder        ${folder}\n\n`,
    table(['field', 'what', ''], fields),
    `\n${JSON.stringify(Object.values(samples)[0], null, 2)}\n`,
  ].join(''))
}

async function check({ json }: Flags): Promise<void> {
  const { checkContracts } = await import('../../contracts/check.ts')
  const findings = await checkContracts(root)
  if (json) print({ findings })
  else process.stdout.write(findings.length === 0 ? 'Nothing that was released is broken, and every consumer can read what is published.\n' : asText(findings))
  if (findings.length > 0) process.exitCode = 1
}

async function release(only: string[], { json, retire }: Flags & { retire: string[] }): Promise<void> {
  const { releaseContracts } = await import('../../contracts/release.ts')
  const { findings, added } = await releaseContracts(root, only, retire)
  if (findings.length > 0) process.exitCode = 1
  if (json) return print({ findings, added })
  process.stdout.write(findings.length > 0 ? asText(findings) : `${added.length} released${added.length > 0 ? `: ${added.join(', ')}` : ', nothing had changed'}.\n`)
}

async function generate({ json }: Flags): Promise<void> {
  const { writeGenerated } = await import('../../contracts/generated-files.ts')
  const written = await writeGenerated(root)
  if (json) return print({ written })
  process.stdout.write(written.length === 0 ? 'Every generated file is up to date.\n' : written.map((path) => `wrote ${path}\n`).join(''))
}

async function docs({ json }: Flags): Promise<void> {
  const { writeGenerated } = await import('../../contracts/generated-files.ts')
  const { complaintsOf } = await import('../../contracts/docs/complaints-of.ts')
  const written = await writeGenerated(root)
  const complaints = await complaintsOf(readFileSync(join(root, 'docs/asyncapi.json'), 'utf8'))
  if (complaints.length > 0) process.exitCode = 1
  if (json) return print({ written, complaints })
  process.stdout.write(written.map((path) => `wrote ${path}\n`).join(''))
  process.stdout.write(complaints.length > 0 ? complaints.map((line) => `${line}\n`).join('') : 'docs/contracts.md and docs/asyncapi.json are up to date, and the AsyncAPI parser accepts the document.\n')
}

function asText(findings: readonly Finding[]): string {
  const one = ({ code, subject, pointer, message, advice }: Finding): string =>
    `${styleText('red', code)} ${styleText('bold', subject)}${pointer === '' ? '' : ` at ${pointer}`}\n  ${message}\n  ${advice}\n`
  return `${findings.map(one).join('\n')}\n${findings.length} finding${findings.length > 1 ? 's' : ''}\n`
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}
