import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SagaRegistry } from '@prep/saga'
import { type HistoryRecord, replayHistory } from '@prep/saga/testing'
import { describe, expect, it } from 'vitest'
import { bookingSaga } from './booking.saga.ts'
import { stories } from './booking.stories.fixture.ts'

const FOLDER = join(import.meta.dirname, 'histories')
/** Every version that an instance may still run. */
const registry = new SagaRegistry([bookingSaga])

const fileOf = (version: number, name: string): string => join(FOLDER, `v${version}.${name}.json`)

describe('recorded histories of bookings', () => {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'))

  it.each(files)('%s replays to the same decisions', name => {
    const version = Number(/^v(\d+)\./.exec(name)?.[1])
    const history = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as HistoryRecord[]
    expect(replayHistory(registry.definition('booking', version), history)).not.toBeNull()
  })

  it.each(Object.keys(stories))('the story %s has one for the current version', name => {
    const file = fileOf(bookingSaga.version, name)
    // One that exists is never written again: it is what running instances have lived through.
    if (!existsSync(file) && process.env['RECORD_HISTORIES'] === '1') writeFileSync(file, `${JSON.stringify(stories[name]?.().history, null, 2)}\n`)
    expect(existsSync(file), `record it: RECORD_HISTORIES=1 npx vitest run ${import.meta.filename}`).toBe(true)
  })
})
