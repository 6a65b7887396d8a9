import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Compiles the service: a process runs from built output. */
export function buildListing(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'apps/listing'], { cwd: ROOT, stdio: 'pipe' })
}

export interface ServiceProcess {
  readonly child: ChildProcess
  /** All lines of its log so far. */
  lines(): Array<Record<string, unknown>>
  /** What it wrote besides. */
  stderr(): string
  /** The exit code; waits for the end. */
  ended: Promise<number | null>
}

/** Starts the built service as ./prep up does, with nothing but the settings given. */
export function startListing(env: Record<string, string>, file = 'main.js'): ServiceProcess {
  const child = spawn(process.execPath, ['--max-semi-space-size=4', '--max-old-space-size=192', `apps/listing/dist/${file}`], { cwd: ROOT, env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', chunk => (out += String(chunk)))
  child.stderr.on('data', chunk => (err += String(chunk)))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const lines = () => out.split('\n').filter(Boolean).map(line => JSON.parse(line) as Record<string, unknown>)
  return { child, lines, stderr: () => err, ended }
}

/** A free port of this machine, as good as any until somebody takes it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface Wire {
  /** The address of the database, through this wire. */
  readonly url: string
  /** Connections break, and new ones are refused, until `mend`. */
  cut(): void
  mend(): Promise<void>
}

/** A wire to a real database that can be cut. */
export async function wireTo(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl)
  const port = await freePort()
  const sockets = new Set<Socket>()
  const listen = async () => {
    const server = createServer(socket => {
      const other = connect(Number(target.port), target.hostname)
      for (const [end, far] of [[socket, other], [other, socket]] as const) {
        sockets.add(end)
        end.on('error', () => far.destroy()).on('close', () => (sockets.delete(end), far.destroy()))
        end.pipe(far)
      }
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await listen()
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.toString(),
    cut() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
    mend: async () => void (server = await listen()),
  }
}
