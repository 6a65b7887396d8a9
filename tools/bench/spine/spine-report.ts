import type { SpineResult } from './measure-spine.ts'

/** One line of the table of targets: what was measured, what was aimed at, whether it was reached. */
export interface TargetRow { readonly what: string, readonly measured: string, readonly target: string, readonly reached: boolean }

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`
const ms = (value: number): string => `${Math.round(value)} ms`

/** The targets beside what was measured. */
export function targetRows({ firstUpSeconds, againUpSeconds, idle, warmUpSeconds, load, parts }: SpineResult): TargetRow[] {
  const services = parts.filter(({ part }) => parts.some((other) => other.part === `${part}-daprd`))
  const sidecars = parts.filter(({ part }) => part.endsWith('-daprd'))
  const largest = (list: typeof parts): (typeof parts)[number] => list.reduce((most, part) => (part.memoryBytes > most.memoryBytes ? part : most))
  const [service, sidecar] = [largest(services), largest(sidecars)]
  const row = (what: string, measured: string, target: string, reached: boolean): TargetRow => ({ what, measured, target, reached })
  return [
    row('up, on an empty folder, caches warm', `${firstUpSeconds.toFixed(1)} s`, '20 s', firstUpSeconds <= 20),
    row('up again, on its data', `${againUpSeconds.toFixed(1)} s`, '20 s', againUpSeconds <= 20),
    row('booking confirmed at idle, p50, as the client sees it', ms(idle.p50Ms), '150 ms', idle.p50Ms <= 150),
    row('... p95', ms(idle.p95Ms), '', true),
    row('... p50 and p95 between the commits', `${ms(idle.insideP50Ms)}, ${ms(idle.insideP95Ms)}`, '', true),
    row(`bookings a second, ${load.rate} asked for during ${load.seconds} s, after ${warmUpSeconds} s of the same`, load.confirmedPerSecond.toFixed(1), `${load.rate}`,
      load.confirmedPerSecond >= load.rate * 0.97 && load.waitingAtEnd < load.rate * 5),
    row('... accepted, confirmed, lost', `${load.accepted}, ${load.confirmed}, ${load.lost}`, 'none lost', load.lost === 0 && load.accepted === load.asked),
    row('... behind when the load ended', `${load.waitingAtEnd} bookings, ${load.drainSeconds.toFixed(1)} s`, '', true),
    row('... request to 202, p50 and p95', `${ms(load.acceptedP50Ms)}, ${ms(load.acceptedP95Ms)}`, '', true),
    row('... request to confirmation, p50 and p95', `${ms(load.confirmedP50Ms)}, ${ms(load.confirmedP95Ms)}`, '', true),
    row(`largest service (${service.part}), resident`, megabytes(service.memoryBytes), '150 MB', service.memoryBytes < 150 * 1024 ** 2),
    row(`largest sidecar (${sidecar.part}), resident`, megabytes(sidecar.memoryBytes), '110 MB', sidecar.memoryBytes < 110 * 1024 ** 2),
  ]
}

/** Memory and CPU of each process, the sum of all, and the client's CPU. */
export function partRows({ parts, clientCpuMsPerBooking }: SpineResult): string[][] {
  const cpu = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(2))
  const total = parts.reduce((sum, { cpuMsPerBooking = 0 }) => sum + cpuMsPerBooking, 0)
  const memory = parts.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)
  return [
    ...parts.map(({ part, memoryBytes, cpuMsPerBooking }) => [part, megabytes(memoryBytes), cpu(cpuMsPerBooking)]),
    ['all', megabytes(memory), cpu(total)],
    ['the client, on the same cores', '', cpu(clientCpuMsPerBooking)],
  ]
}

/** The section for docs/benchmarks.md. */
export function spineAsMarkdown(result: SpineResult, { machine, command, date }: { machine: string, command: string, date: string }): string {
  const table = (titles: string[], rows: string[][]): string =>
    [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const targets = targetRows(result).map(({ what, measured, target, reached }) => [what, measured, target, target === '' ? '' : reached ? 'yes' : '**no**'])
  return [
    `\`${command}\`, ${date}, on ${machine}. The client that makes the load runs on the same cores.`,
    '',
    table(['', 'measured', 'target', 'reached'], targets),
    '',
    'Memory after the load, and CPU for each booking during the load (user and system time, children included):',
    '',
    table(['process', 'memory', 'CPU ms a booking'], partRows(result)),
  ].join('\n')
}

/** Puts a section between its marks, or at the end when it is new. */
export function withSection(document: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const marked = `${begin}\n${section}\n${end}`
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < 0) return `${document.trimEnd()}\n\n${marked}\n`
  return document.slice(0, from) + marked + document.slice(to + end.length)
}
