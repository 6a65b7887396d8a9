import { Controller } from '@nestjs/common'
import { SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { deliver, envelopeOf, inboxOf, sampleOf } from '@prep/testing'
import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { MessageContext, PermanentError, Subscribe } from '../index.ts'
import { messagingRoom } from './messaging-room.fixture.ts'

@Controller()
class Projection {
  @Subscribe(SlotHeldV1, { ordered: true })
  async held(data: SlotHeldV1Data, { tx, envelope }: MessageContext<SlotHeldV1Data>): Promise<void> {
    if (Number(envelope.sequence) === 1) throw new PermanentError('NEVER', 'it will never pass')
    await tx.query('insert into effects (event_id, note) values ($1, $2)', [envelope.id, data.bookingId])
  }
}

const room = messagingRoom({ controllers: [Projection], tables: ['inbox', 'inbox_order', 'outbox', 'effects'] })

/** The database refuses the next dead letter, and takes the one after it. */
async function refuseOneLetter(): Promise<void> {
  await room.database.query('create sequence letters_tried')
  await room.database.query(`create function refuse_one_letter() returns trigger language plpgsql as $$ begin
    if nextval('letters_tried') = 1 then raise exception using errcode = 'disk_full', message = 'no room for now'; end if;
    return new; end $$`)
  await room.database.query(`create trigger refuse_one_letter before insert on inbox for each row when (new.state = 'dead') execute function refuse_one_letter()`)
}

describe('a failure of an ordered handler that could not be recorded', () => {
  it('is brought again with all that comes after it in its key, and others pass', async () => {
    await refuseOneLetter()
    const [key, other] = [v7(), v7()]
    const message = (of: string, sequence: number) => envelopeOf(SlotHeldV1, sampleOf(SlotHeldV1, { bookingId: of }), { subject: of, sequence })
    const batch = [message(key, 1), message(key, 2), message(other, 2), message(key, 3)]
    expect(await deliver(room.app, batch)).toEqual(['RETRY', 'RETRY', 'SUCCESS', 'RETRY'])
    expect(await room.database.query('select note from effects')).toEqual([{ note: other }])
    expect(await deliver(room.app, batch)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS'])
    expect((await inboxOf(room.database)).map(row => row.state).sort()).toEqual(['dead', 'handled', 'parked', 'parked'])
    expect(await room.database.query('select note from effects')).toEqual([{ note: other }])
  })
})
