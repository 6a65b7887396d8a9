import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pgbouncer, program } from './debian-package.ts'
import { Part, type PartSpec } from './part.ts'
import { postgresPlace } from './postgres-place.ts'
import { databaseUser } from './postgres.ts'
import { connects } from './probe.ts'
import type { ProcessRecords } from './process-record.ts'
import type { Secrets } from './secrets.ts'
import { userName } from './system-user.ts'

export interface PgBouncerOptions {
  readonly home: string
  readonly port: number
  readonly postgresPort: number
  readonly secrets: Secrets
  readonly records: ProcessRecords
}

/** PgBouncer in transaction mode on loopback, for every database of the platform's PostgreSQL. */
export function pgbouncerPart(options: PgBouncerOptions): Part {
  const known = { name: 'pgbouncer', version: '', ports: [options.port], url: () => `postgres://127.0.0.1:${options.port}` }
  return new Part(known, () => pgbouncerSpec(options), options.home, options.records)
}

async function pgbouncerSpec(options: PgBouncerOptions): Promise<PartSpec> {
  const { command, env } = await program(pgbouncer)
  const config = writeConfig(options)
  // It refuses to run as root, and changes to a user that may not be able to reach the cache only once it is loaded.
  const asUser = process.getuid?.() === 0 ? ['-u', userName] : []
  return {
    ...{ name: 'pgbouncer', version: '', ports: [options.port], cwd: options.home, command },
    args: [...asUser, config],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stopSignal: 'SIGINT',
    stopTimeoutMs: 5_000,
    isReady: () => connects(options.port),
  }
}

function writeConfig({ home, port, postgresPort, secrets }: PgBouncerOptions): string {
  const { owner } = postgresPlace(home)
  const [users, config] = [join(home, 'pgbouncer.users'), join(home, 'pgbouncer.ini')]
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: users,
    stats_users: databaseUser,
    pool_mode: 'transaction',
    max_client_conn: 1_000,
    default_pool_size: 16,
    server_idle_timeout: 5,
    log_connections: 0,
    log_disconnections: 0,
  }
  mkdirSync(home, { recursive: true })
  writeFileSync(users, `"${databaseUser}" "${secrets.postgresPassword}"\n`, { mode: 0o600 })
  if (owner !== undefined) chownSync(users, owner.uid, owner.gid)
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(config, `[databases]\n* = host=127.0.0.1 port=${postgresPort}\n\n[pgbouncer]\n${lines.join('')}`)
  return config
}
