import { styleText } from 'node:util'
import { Command } from 'commander'
import { blockedRows, type BlockedRow } from '../../outbox/blocked-rows.ts'
import { depthOf, isBehind, type OutboxDepth } from '../../outbox/outbox-depth.ts'
import { withOutboxes } from '../../outbox/services-outboxes.ts'
import { table } from '../../table.ts'
import { positive } from '../positive.ts'

interface ListOptions {
  readonly service?: string
  readonly limit: number
  readonly json?: boolean
}

export function outboxListCommand(): Command {
  return new Command('list')
    .description('what waits in each outbox, and each message that is blocked')
    .option('-s, --service <name>', 'only of this service')
    .option('-n, --limit <count>', 'so many blocked messages a service at most', positive, 50)
    .option('--json', 'print one JSON document instead of text')
    .action(list)
}

async function list({ service, limit, json = false }: ListOptions): Promise<void> {
  await withOutboxes(service, async (outboxes) => {
    const [depths, blocked] = await Promise.all([Promise.all(outboxes.map(depthOf)), blockedRows(outboxes, limit)])
    if (json) process.stdout.write(`${JSON.stringify({ outboxes: depths, blocked }, null, 2)}\n`)
    else process.stdout.write(asText(depths, blocked))
  })
}

function asText(depths: readonly OutboxDepth[], blocked: readonly BlockedRow[]): string {
  const rows = depths.map((depth) => [
    depth.service, String(depth.pending), `${depth.age_s.toFixed(1)} s`, isBehind(depth) ? styleText('red', String(depth.blocked)) : String(depth.blocked),
  ])
  const waiting = table(['service', 'waiting', 'oldest', 'blocked'], rows)
  if (blocked.length === 0) return `${waiting}\nNo message is blocked.\n`
  const details = blocked.map(({ event_id, service, type, key, behind, attempts, last_error }) => [
    event_id, service, type, key, String(behind), String(attempts), styleText('red', (last_error ?? '').slice(0, 60)),
  ])
  const advice = './prep outbox retry ID, once the cause is mended; ./prep outbox drop ID, when the message will never pass'
  return `${waiting}\n${table(['id', 'service', 'type', 'key', 'behind', 'attempts', 'error'], details)}\n${advice}\n`
}
