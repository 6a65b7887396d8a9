import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Resident memory of a process and its descendants, in bytes. Pages that several of them share (PostgreSQL's buffers)
 * are counted once where the system tells (Linux, Pss); for a process without children it is plain RSS.
 */
export function memoryOf(pid: number): number {
  if (process.platform !== 'linux') return residentFromPs(pid)
  const family = withDescendants(pid)
  if (family.length === 1) return field(`/proc/${pid}/status`, 'VmRSS')
  return family.reduce((sum, member) => sum + (field(`/proc/${member}/smaps_rollup`, 'Pss') || field(`/proc/${member}/status`, 'VmRSS')), 0)
}

function withDescendants(pid: number): number[] {
  const children = readText(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return [pid, ...children.flatMap(withDescendants)]
}

function field(file: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readText(file))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

function residentFromPs(pid: number): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim()) * 1024
  } catch {
    return 0
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
