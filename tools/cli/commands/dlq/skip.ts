import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { askOwner } from '../../dlq/ask-owner.ts'
import { DlqError } from '../../dlq/errors.ts'
import { letterOf } from '../../dlq/letters.ts'
import { currentOperator } from '../../services/publish-command.ts'
import { withRecords } from '../../services/services-records.ts'

interface SkipOptions {
  readonly consumer?: string
  readonly by: string
  readonly why?: string
  readonly json?: boolean
}

export function dlqSkipCommand(): Command {
  return new Command('skip')
    .description('give a letter, or a message parked behind one, up for good; its row stays, with who decided it and why')
    .argument('<id>', "the message's id, or the beginning of it")
    .option('-c, --consumer <name>', 'when two handlers failed on the same message')
    .option('--by <operator>', 'who decides', currentOperator())
    .option('--why <sentence>', 'the reason; asked for when it is missing')
    .option('--json', 'print one JSON document instead of text')
    .action(skip)
}

async function skip(id: string, { consumer, by, why, json = false }: SkipOptions): Promise<void> {
  const { SkipDeadLetterV1, validateStrict } = await import('@prep/contracts')
  await withRecords(undefined, async (records) => {
    const letter = await letterOf(records, id, consumer)
    const data = { consumer: letter.consumer, eventId: letter.event_id, operator: by, reason: (why ?? (await askWhy(json))).trim() }
    if (validateStrict(SkipDeadLetterV1, data).length > 0) throw new DlqError('DLQ_WHY_MISSING')
    const { outcome } = await askOwner(records, letter, SkipDeadLetterV1, data)
    process.stdout.write(json ? `${JSON.stringify({ ...data, outcome })}\n` : `${letter.event_id} is skipped, by ${by}: ${data.reason}\n`)
  })
}

async function askWhy(json: boolean): Promise<string> {
  if (json || !process.stdin.isTTY) return ''
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question('Why will it not be handled? ')
  } finally {
    terminal.close()
  }
}
