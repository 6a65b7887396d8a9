import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testDatabase, type TestDatabase } from '@prep/testing'
import { afterEach, expect, test } from 'vitest'
import { services } from '../runtime/catalogue.ts'
import { breaks, type Released } from './breaks.ts'
import { readSchema, type Schema } from './schema.ts'

// Every service's migrations on a real database, against the schema that its previous release was made with.
// A release writes those:   PREP_RELEASE=0.2.0 npx vitest run --project integration tools/migrations
const root = join(import.meta.dirname, '../..')
const release = process.env['PREP_RELEASE'] ?? ''
const withDatabase = services.filter(({ database }) => database !== undefined).map(({ name }) => name)
const open: TestDatabase[] = []

afterEach(async () => {
  delete process.env['DATABASE_URL']
  await Promise.all(open.splice(0).map((database) => database.drop()))
})

/** A database as the service's own migrate.ts makes it. */
async function migrated(service: string): Promise<TestDatabase> {
  const database = await testDatabase()
  open.push(database)
  process.env['DATABASE_URL'] = database.url
  await import(/* @vite-ignore */ join(root, 'apps', service, 'src/migrate.ts'))
  expect(process.exitCode ?? 0, `${service} migrates`).toBe(0)
  return database
}

const schemaOf = (database: TestDatabase): Promise<Schema> => readSchema((sql) => database.query(sql))
const lockOf = (service: string): string => join(import.meta.dirname, 'released', `${service}.json`)

function whatToDo(service: string, released: Released): string {
  return `${service} ${released.release} would fail on this schema. If ${released.release} is out: add a migration that only expands (docs/adr/0023). `
    + `If it is not tagged yet, write the lock anew: PREP_RELEASE=${released.release} npx vitest run --project integration tools/migrations`
}

test.for(withDatabase)('%s: its previous release works on its new schema', async (service, context) => {
  const now = await schemaOf(await migrated(service))
  expect(Object.keys(now)).toContain('outbox')
  const lock = lockOf(service)
  if (release !== '') {
    const { retired = [] } = existsSync(lock) ? JSON.parse(readFileSync(lock, 'utf8')) as Partial<Released> : {}
    mkdirSync(join(lock, '..'), { recursive: true })
    writeFileSync(lock, `${JSON.stringify({ release, retired, schema: now }, null, 2)}\n`)
  }
  if (!existsSync(lock)) context.skip(`${service} has had no release yet: any migration may still be edited`)
  const released = JSON.parse(readFileSync(lock, 'utf8')) as Released
  expect(breaks(released, now), whatToDo(service, released)).toEqual([])
})

test('a migration that drops, renames, narrows or demands is refused; one that expands is not', async () => {
  const database = await testDatabase()
  open.push(database)
  await database.query('create table booking (id uuid primary key, note text, state varchar(20) not null default \'held\', seats integer); create table draft (id uuid)')
  const released: Released = { release: '0.1.0', retired: [], schema: await schemaOf(database) }
  const after = async (sql: string): Promise<string[]> => {
    await database.query(sql)
    return breaks(released, await schemaOf(database))
  }
  expect(await after('alter table booking add column colour text, add column at timestamptz not null default now(); create table fresh (id uuid)')).toEqual([])
  expect(await after('alter table booking rename column note to remark')).toEqual(['booking.note is gone or renamed'])
  expect(await after('alter table booking rename column remark to note; drop table draft')).toEqual(['draft is gone or renamed'])
  expect(await after('create table draft (id uuid); alter table booking alter column seats type bigint')).toEqual(['booking.seats was integer and is bigint'])
  expect(await after('alter table booking alter column seats type integer, alter column seats set not null')).toEqual(['booking.seats has become required'])
  expect(await after('alter table booking alter column seats drop not null, add column place integer not null')).toEqual([expect.stringContaining('booking.place is new and required')])
})

test('a partition is no table of its own', async () => {
  const database = await testDatabase()
  open.push(database)
  await database.query('create table log (at date) partition by range (at); create table log_2026 partition of log for values from (\'2026-01-01\') to (\'2027-01-01\')')
  expect(Object.keys(await schemaOf(database))).toEqual(['log'])
})
