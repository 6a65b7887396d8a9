/** What ./prep can do, in the order in which a newcomer needs it. Each is `commands/<name>.ts`, exporting `<name>Command`. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
}

export const commands: readonly CommandEntry[] = [
  { name: 'up', summary: 'install what is missing, start everything, tell the story of two bookings' },
  { name: 'status', summary: 'each part: health, version, port, memory, process' },
  { name: 'demo', summary: 'two bookings through the gateway: one confirmed, one whose card is declined' },
  { name: 'logs', summary: 'logs of all services, or of one; follow them, or one request through all' },
  { name: 'outbox', summary: 'messages that wait to be sent; let go or drop one that is blocked' },
  { name: 'dlq', summary: 'dead letters: what failed and why, by cause; show, retry or skip one' },
  { name: 'projection', summary: 'read models of other services\' data: how they stand; build one anew' },
  { name: 'down', summary: 'end exactly what was started; --wipe removes its data too' },
  { name: 'doctor', summary: 'what this machine has, and how to get what it lacks' },
  { name: 'run', summary: 'one service in the foreground, for a debugger or the Dapr CLI' },
  { name: 'test', summary: 'lint, types, architecture rules, unit, integration and end-to-end tests' },
  { name: 'promote', summary: 'copy an app\'s version to the next environment, as a branch ready for a pull request' },
  { name: 'gitops', summary: 'charts and the tree that Argo CD syncs: render, compare, prove' },
  { name: 'new', summary: 'write the rooms of a new event, handler or service, with their test' },
  { name: 'contracts', summary: 'what services say to each other: list, show, compare with the release, document' },
  { name: 'bench', summary: 'benchmarks, as a table' },
]

export function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`)
  return [
    'Prep: a booking platform for commercial kitchens, on real Dapr, Kafka and PostgreSQL.',
    '',
    'Usage: ./prep <command> [options]',
    '',
    ...lines,
    '',
    'Each has --help, and --json for scripts. Start with: ./prep up',
    '',
  ].join('\n')
}
