import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface PortHolder {
  readonly pid: number
  readonly command: string
}

/** Who listens on a TCP port of this machine; undefined when that cannot be seen (another user's process). */
export function holderOfPort(port: number): PortHolder | undefined {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port)
}

function holderFromProc(port: number): PortHolder | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)))
  if (inodes.size === 0) return undefined
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry) && holdsSocket(entry, inodes)) return { pid: Number(entry), command: commandOf(Number(entry)) }
  }
  return undefined
}

/** Columns of /proc/net/tcp: sl, local address, remote address, state (0A listens), ..., inode as the tenth. */
function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readText(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) === true && columns[3] === '0A')
    .map((columns) => columns[9] ?? '')
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkTarget(`/proc/${pid}/fd/${fd}`))?.[1]
      return inode !== undefined && inodes.has(inode)
    })
  } catch {
    return false // gone meanwhile, or another user's
  }
}

function linkTarget(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function holderFromLsof(port: number): PortHolder | undefined {
  try {
    const output = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' })
    const pid = Number(output.split('\n')[0])
    return Number.isInteger(pid) && pid > 0 ? { pid, command: commandOf(pid) } : undefined
  } catch {
    return undefined
  }
}

function commandOf(pid: number): string {
  const full = commandLineOf(pid)
  return full.length > 120 ? `${full.slice(0, 117)}...` : full
}

/** Program and arguments of a process, joined by blanks; empty when they cannot be seen. */
export function commandLineOf(pid: number): string {
  return process.platform === 'linux' ? readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() : commandFromPs(pid)
}

function commandFromPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
