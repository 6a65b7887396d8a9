import { Command } from 'commander'
import { outboxDropCommand } from './outbox/drop.ts'
import { outboxListCommand } from './outbox/list.ts'
import { outboxRetryCommand } from './outbox/retry.ts'

/** `./prep outbox`: one sub-command a file, in outbox/. */
export function outboxCommand(): Command {
  return new Command('outbox')
    .description('messages that wait to be sent, and those that are blocked because the broker refused them')
    .addCommand(outboxListCommand())
    .addCommand(outboxRetryCommand())
    .addCommand(outboxDropCommand())
}
