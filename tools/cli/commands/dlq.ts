import { Command } from 'commander'
import { dlqListCommand } from './dlq/list.ts'
import { dlqRetryCommand } from './dlq/retry.ts'
import { dlqShowCommand } from './dlq/show.ts'
import { dlqSkipCommand } from './dlq/skip.ts'

/** `./prep dlq`: one sub-command a file, in dlq/. */
export function dlqCommand(): Command {
  return new Command('dlq')
    .description('dead letters of all services: what failed and why, and what to do about it')
    .addCommand(dlqListCommand())
    .addCommand(dlqShowCommand())
    .addCommand(dlqRetryCommand())
    .addCommand(dlqSkipCommand())
}
