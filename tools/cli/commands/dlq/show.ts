import { styleText } from 'node:util'
import { Command } from 'commander'
import { type Letter, letterOf, placeOf } from '../../dlq/letters.ts'
import { maskPersonal } from '../../dlq/mask-personal.ts'
import { type ServicesRecords, withRecords } from '../../services/services-records.ts'

interface Decision {
  readonly action: string
  readonly operator: string
  readonly reason: string | null
  readonly asked_at: Date
  readonly outcome: string | null
  readonly code: string | null
}

export function dlqShowCommand(): Command {
  return new Command('show')
    .description('one letter: its error, every attempt, what was decided, and the message with personal fields masked')
    .argument('<id>', "the message's id, or the beginning of it")
    .option('-c, --consumer <name>', 'when two handlers failed on the same message')
    .option('--json', 'print one JSON document instead of text')
    .action(show)
}

async function show(id: string, { consumer, json = false }: { consumer?: string; json?: boolean }): Promise<void> {
  await withRecords(undefined, async (records) => {
    const letter = await letterOf(records, id, consumer)
    const decisions = await decisionsOf(records, letter)
    const message = await messageOf(letter)
    const { envelope: _, ...rest } = letter
    if (json) process.stdout.write(`${JSON.stringify({ ...rest, place: placeOf(letter) ?? null, decisions, message }, null, 2)}\n`)
    else process.stdout.write(asText(letter, decisions, message))
  })
}

function decisionsOf(records: ServicesRecords, letter: Letter): Promise<Decision[]> {
  const sql = 'select action, operator, reason, asked_at, outcome, code from letter_decision where consumer = $1 and event_id = $2::uuid order by asked_at'
  return records.of(letter.service)<Decision>(sql, [letter.consumer, letter.event_id])
}

/** The message as far as it may be shown: of what nobody could read only where it lies and how long it is. */
async function messageOf(letter: Letter): Promise<unknown> {
  if (letter.envelope === null) return null
  const envelope = JSON.parse(letter.envelope) as Record<string, unknown>
  const place = placeOf(letter)
  if (place !== undefined) return { place, bytes: JSON.stringify(envelope['event'] ?? '').length, content_type: envelope['contentType'] ?? null }
  const { contractOf } = await import('@prep/contracts')
  return { ...envelope, data: maskPersonal(contractOf(letter.event_type)?.schema ?? {}, envelope['data']) }
}

function asText(letter: Letter, decisions: readonly Decision[], message: unknown): string {
  const lines = [
    `${styleText('bold', letter.event_id)}  ${letter.event_type}  ${styleText(letter.state === 'handled' ? 'green' : 'red', letter.state)}`,
    `consumer  ${letter.consumer}`,
    `group     ${letter.group ?? '-'}`,
    ...(letter.code === null ? [] : [`error     ${letter.code} (${letter.error_class}): ${letter.message}`]),
    ...(letter.waits_for === null ? [] : [`waits for ${letter.waits_for}, which failed before it; both are of key ${letter.partition_key}`]),
    ...(letter.holds_back === 0 ? [] : [`holds up  ${letter.holds_back} later messages of key ${letter.partition_key}, until it is handled or skipped`]),
    ...(letter.frame === null ? [] : [`at        ${letter.frame}`]),
    ...(placeOf(letter) === undefined ? [] : [`lies at   ${placeOf(letter)}`]),
    '',
    `${letter.attempts} attempts${letter.attempts > letter.attempt_log.length ? ', of which the latest are kept' : ''}:`,
    ...letter.attempt_log.map(({ at, code, message: text, replay }) => `  ${at}  ${code}  ${text}${replay === undefined ? '' : '  (replayed)'}`),
    ...(decisions.length === 0 ? [] : ['', 'asked for:', ...decisions.map(decisionLine)]),
    '',
    message === null ? 'The message is not kept any more: it was handled.' : JSON.stringify(message, null, 2),
  ]
  return `${lines.join('\n')}\n`
}

function decisionLine({ action, operator, reason, asked_at, outcome, code }: Decision): string {
  const came = outcome === null ? 'under way' : code === null ? outcome : `${outcome} (${code})`
  return `  ${asked_at.toISOString()}  ${action} by ${operator}: ${came}${reason === null ? '' : `  "${reason}"`}`
}
