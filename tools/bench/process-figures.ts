import { readdirSync, readFileSync } from 'node:fs'

/** What one part of the platform has used, its children included. Linux only (proc(5)). */
export interface ProcessFigures {
  /** User and system time since its start, in milliseconds. */
  readonly cpuMs: number
  /** Resident memory in bytes; of several processes that share pages, each page once (Pss). */
  readonly memoryBytes: number
}

const clockTickMs = 10 // USER_HZ is 100 on every Linux that Node.js runs on

/** Figures of the process `pid` and of all that it started. */
export function figuresOf(pid: number): ProcessFigures {
  const family = familyOf(pid)
  return {
    cpuMs: family.reduce((sum, member) => sum + cpuMsOf(member), 0) + waitedForMsOf(pid),
    memoryBytes: family.length === 1 ? field(`/proc/${pid}/status`, 'VmRSS') : family.reduce((sum, member) => sum + field(`/proc/${member}/smaps_rollup`, 'Pss'), 0),
  }
}

function familyOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry)) parents.set(Number(entry), Number(stat(Number(entry))[1] ?? 0))
  }
  const family = [pid]
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child)
  }
  return family
}

/** The fields of /proc/<pid>/stat after the command: 0 state, 1 ppid, 11 utime, 12 stime, 13 cutime, 14 cstime. */
function stat(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function cpuMsOf(pid: number): number {
  const fields = stat(pid)
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * clockTickMs
}

/** Time of children that have ended: PostgreSQL's connections come and go. */
function waitedForMsOf(pid: number): number {
  const fields = stat(pid)
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) * clockTickMs
}

function field(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(read(file))?.[1] ?? 0) * 1024
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
