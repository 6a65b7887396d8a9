import { Command } from 'commander'
import { currentOperator } from '../../services/publish-command.ts'
import { blockedRow, decide, type BlockedRow } from '../../outbox/blocked-rows.ts'
import { OutboxError } from '../../outbox/errors.ts'
import { withOutboxes } from '../../outbox/services-outboxes.ts'

interface DropOptions {
  readonly service?: string
  readonly by: string
  readonly yes?: boolean
  readonly json?: boolean
}

export function outboxDropCommand(): Command {
  return new Command('drop')
    .description('take a blocked message out: nobody will ever get it; what waits behind it goes on')
    .argument('<id>', "the message's id, or the beginning of it")
    .option('-s, --service <name>', 'only of this service')
    .option('--by <operator>', 'who decides', currentOperator())
    .option('--yes', 'drop it; without this only what would be lost is told')
    .option('--json', 'print one JSON document instead of text')
    .action(drop)
}

async function drop(id: string, { service, by, yes = false, json = false }: DropOptions): Promise<void> {
  await withOutboxes(service, async (outboxes) => {
    const { row, outbox } = await blockedRow(outboxes, id)
    if (!yes) throw new OutboxError('OUTBOX_YES_MISSING', lossOf(row))
    await decide(outbox, 'drop', row.event_id, by)
    const done = { action: 'drop', service: row.service, event_id: row.event_id, type: row.type, key: row.key, behind: row.behind, by }
    process.stdout.write(json ? `${JSON.stringify(done)}\n` : `Dropped by ${by}, and kept in the service's table outbox_decision:\n${lossOf(row)}\n`)
  })
}

function lossOf({ event_id, service, type, topic, key, size, created_at, behind, last_error }: BlockedRow): string {
  return [
    `${type || 'a message of no type'} of ${service}, ${created_at.toISOString()}, ${size} bytes: ${event_id}`,
    `No subscriber of ${topic} will learn of it, and what ${key} is to them will lack it. ${behind} behind it would go on.`,
    `It was refused: ${last_error ?? 'no reason given'}`,
  ].join('\n')
}
