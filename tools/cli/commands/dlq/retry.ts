import { Command } from 'commander'
import { askOwner } from '../../dlq/ask-owner.ts'
import { letterOf } from '../../dlq/letters.ts'
import { currentOperator } from '../../services/publish-command.ts'
import { withRecords } from '../../services/services-records.ts'

export function dlqRetryCommand(): Command {
  return new Command('retry')
    .description("run a letter's handler again, once; exit code 1 when it is dead again")
    .argument('<id>', "the message's id, or the beginning of it")
    .option('-c, --consumer <name>', 'when two handlers failed on the same message')
    .option('--by <operator>', 'who asks', currentOperator())
    .option('--json', 'print one JSON document instead of text')
    .action(retry)
}

async function retry(id: string, { consumer, by, json = false }: { consumer?: string; by: string; json?: boolean }): Promise<void> {
  const { ReplayDeadLetterV1 } = await import('@prep/contracts')
  await withRecords(undefined, async (records) => {
    const letter = await letterOf(records, id, consumer)
    const data = { consumer: letter.consumer, eventId: letter.event_id, operator: by }
    const { outcome, code } = await askOwner(records, letter, ReplayDeadLetterV1, data)
    if (json) process.stdout.write(`${JSON.stringify({ ...data, outcome, code })}\n`)
    else if (outcome === 'handled') process.stdout.write(`${letter.event_id} is handled now, by ${letter.consumer}.\n`)
    else process.stdout.write(`${letter.event_id} failed again: ${code}. See ./prep dlq show ${letter.event_id}\n`)
    if (outcome !== 'handled') process.exitCode = 1
  })
}
