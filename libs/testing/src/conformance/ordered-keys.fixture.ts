import { ReplayDeadLetterV1, SkipDeadLetterV1, SlotReleasedV1 } from '@prep/contracts'
import type { Envelope } from '@prep/messaging'
import type { Pool } from 'pg'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { envelopeOf, sampleOf } from '../samples.ts'

const CONSUMER = 'booking/booking.slot-released'

interface Row { event_id: string, state: string }

/**
 * What the ordered handler of the crashing service is given. On one key each wave has a message that fails at first; on the
 * other one message of each wave blocks the key until somebody replays it in vain, replays it mended, or skips it.
 */
export class OrderedKeys {
  /** Everything offered of each key, in the order of its sequence. */
  readonly #sent = new Map<string, string[]>([[v7(), []], [v7(), []]])
  readonly decisions: string[] = []
  readonly #pool: Pool
  #wave = 0

  constructor(pool: Pool) {
    this.#pool = pool
  }

  get ids(): string[] {
    return [...this.#sent.values()].flat()
  }

  /** The events of a wave. */
  async events(): Promise<Envelope[]> {
    const [failing, blocking] = [...this.#sent.keys()] as [string, string]
    const events = [...this.#next(failing, 4), ...this.#next(blocking, 3)]
    await this.#pool.query(`insert into parts (event_id, kind) values ($1, 'fails first'), ($2, 'poison')`, [events[1]?.id, events[5]?.id])
    return events
  }

  /** What an operator asks of the blocked key, if it is blocked: another thing each time. */
  async commands(): Promise<Envelope[]> {
    const { rows: [dead] } = await this.#pool.query<Row>(`select event_id from inbox where consumer = $1 and state = 'dead' order by sequence limit 1`, [CONSUMER])
    const { rows: [parked] } = await this.#pool.query<Row>(`select event_id from inbox where consumer = $1 and state = 'parked' order by sequence desc limit 1`, [CONSUMER])
    if (!dead) return []
    this.#wave += 1
    const commands = this.#wave % 3 === 0 ? [skip(dead)] : [replay(dead)]
    if (this.#wave % 3 === 1) await this.#pool.query('delete from parts where event_id = $1', [dead.event_id])
    if (parked && this.#wave % 2 === 0) commands.push(skip(parked))
    this.decisions.push(...commands.map(({ id }) => id))
    return commands
  }

  /** Nothing waits but for what is dead. */
  async isQuiet(): Promise<void> {
    const { rows } = await this.#pool.query(`
      select event_id, state from inbox i where consumer = $1 and (state not in ('handled', 'dead', 'skipped', 'parked') or state = 'parked' and not exists (
        select 1 from inbox_order o join inbox b on b.consumer = o.consumer and b.event_id = o.blocked_by and b.state = 'dead'
        where o.consumer = i.consumer and o.partition_key = i.partition_key and o.state = 'blocked'))`, [CONSUMER])
    expect(rows).toEqual([])
    expect((await this.#pool.query(`select 1 from inbox_order where state = 'draining'`)).rows).toEqual([])
  }

  /** Each is in one state; those that were handled have run once and by sequence; nothing ran past one that is dead. */
  async checkPromises(): Promise<void> {
    for (const [key, sent] of this.#sent) {
      const { rows } = await this.#pool.query<Row>('select event_id, state from inbox where consumer = $1 and partition_key = $2', [CONSUMER, key])
      const states = new Map(rows.map(({ event_id: id, state }) => [id, state]))
      expect([...states.keys()].sort()).toEqual([...sent].sort())
      const inTurn = sent.map((id) => states.get(id) as string)
      const blocked = inTurn.indexOf('dead')
      expect(new Set(blocked < 0 ? inTurn : inTurn.slice(0, blocked))).not.toContain('parked')
      if (blocked >= 0) expect(inTurn.slice(blocked + 1)).not.toContain('handled')
      const { rows: effects } = await this.#pool.query<Row>(`select event_id from effects where note = 'in order' and event_id = any($1::uuid[]) order by id`, [sent])
      expect(effects.map(({ event_id: id }) => id)).toEqual(sent.filter((id) => states.get(id) === 'handled'))
    }
  }

  #next(key: string, count: number): Envelope[] {
    const sent = this.#sent.get(key) as string[]
    return Array.from({ length: count }, () => {
      const event = envelopeOf(SlotReleasedV1, sampleOf(SlotReleasedV1, { bookingId: key }), { subject: key, sequence: sent.length + 1 })
      sent.push(event.id)
      return event
    })
  }
}

function replay({ event_id: eventId }: Row): Envelope {
  return envelopeOf(ReplayDeadLetterV1, { consumer: CONSUMER, eventId, operator: 'ada' }, { subject: eventId })
}

function skip({ event_id: eventId }: Row): Envelope {
  return envelopeOf(SkipDeadLetterV1, { consumer: CONSUMER, eventId, operator: 'ada', reason: 'It blocks the others.' }, { subject: eventId })
}
