import { styleText } from 'node:util'
import { Command } from 'commander'
import { groupsOf, type Letter, type LetterGroup, lettersOf, placeOf } from '../../dlq/letters.ts'
import { withRecords } from '../../services/services-records.ts'
import { table } from '../../table.ts'
import { positive } from '../positive.ts'

interface ListOptions {
  readonly group?: string
  readonly service?: string
  readonly consumer?: string
  readonly letters?: boolean
  readonly limit: number
  readonly json?: boolean
}

export function dlqListCommand(): Command {
  return new Command('list')
    .description('dead letters by cause, the largest group first; one by one with --group or --letters')
    .option('-g, --group <group>', 'only this group, letter by letter; the beginning of its name will do')
    .option('-s, --service <name>', 'only of this service')
    .option('-c, --consumer <name>', 'only of this handler: booking/payment.captured')
    .option('-l, --letters', 'letter by letter')
    .option('-n, --limit <count>', 'so many letters at most', positive, 50)
    .option('--json', 'print one JSON document instead of text')
    .action(list)
}

async function list(options: ListOptions): Promise<void> {
  const single = options.letters === true || options.group !== undefined
  await withRecords(options.service, async (records) => {
    if (single) writeLetters(await lettersOf(records, options, options.limit), options)
    else writeGroups(await groupsOf(records, options), options)
  })
}

function writeGroups(groups: readonly LetterGroup[], { json = false }: ListOptions): void {
  if (json) return write(JSON.stringify({ groups }, null, 2))
  if (groups.length === 0) return write('There are no dead letters.')
  const rows = groups.map(({ group, count, first_at, last_at, consumer, code, sample }) => [
    group, String(count), ago(first_at), ago(last_at), consumer, styleText('red', code), short(sample),
  ])
  process.stdout.write(table(['group', 'letters', 'first', 'last', 'consumer', 'code', 'for example'], rows))
  write('\nOne by one: ./prep dlq list --group GROUP     one of them: ./prep dlq show ID')
}

function writeLetters(letters: readonly Letter[], { json = false }: ListOptions): void {
  if (json) return write(JSON.stringify({ letters: letters.map(({ envelope, ...letter }) => ({ ...letter, place: placeOf({ ...letter, envelope }) ?? null })) }, null, 2))
  if (letters.length === 0) return write('There are no such dead letters.')
  const rows = letters.map((letter) => [
    letter.event_id, ago(letter.died_at), letter.consumer, placeOf(letter) ?? letter.event_type, String(letter.attempts), String(letter.holds_back || ''),
    styleText(letter.state === 'dead' ? 'red' : 'yellow', (letter.state === 'dead' && letter.code) || letter.state), short(letter.message),
  ])
  process.stdout.write(table(['id', 'died', 'consumer', 'message', 'attempts', 'holds up', 'code', 'error'], rows))
  write('\n./prep dlq show ID, retry ID, skip ID --why "..."')
}

function ago(time: Date): string {
  const seconds = Math.max(0, Math.round((Date.now() - time.getTime()) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h ago` : `${Math.round(seconds / 86_400)} days ago`
}

function short(text: string | null): string {
  const line = (text ?? '').replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}
