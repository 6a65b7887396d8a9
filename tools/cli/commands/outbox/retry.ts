import { Command } from 'commander'
import { currentOperator } from '../../services/publish-command.ts'
import { blockedRow, decide } from '../../outbox/blocked-rows.ts'
import { withOutboxes } from '../../outbox/services-outboxes.ts'

interface RetryOptions {
  readonly service?: string
  readonly by: string
  readonly json?: boolean
}

export function outboxRetryCommand(): Command {
  return new Command('retry')
    .description('let a blocked message go: it is sent again, and after it what waits behind it')
    .argument('<id>', "the message's id, or the beginning of it")
    .option('-s, --service <name>', 'only of this service')
    .option('--by <operator>', 'who decides', currentOperator())
    .option('--json', 'print one JSON document instead of text')
    .action(retry)
}

async function retry(id: string, { service, by, json = false }: RetryOptions): Promise<void> {
  await withOutboxes(service, async (outboxes) => {
    const { row, outbox } = await blockedRow(outboxes, id)
    await decide(outbox, 'retry', row.event_id, by)
    const done = { action: 'retry', service: row.service, event_id: row.event_id, type: row.type, key: row.key, behind: row.behind, by }
    process.stdout.write(json ? `${JSON.stringify(done)}\n` : `${row.event_id} is sent again, and ${row.behind} behind it. If it is refused again it is blocked again.\n`)
  })
}
