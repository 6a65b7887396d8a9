import { describe, expect, it } from 'vitest'
import { given, StoryError, told } from '../testing/index.ts'
import { decide, start } from './decide.ts'
import { replayHistory } from './history.ts'
import { command, event, orderSaga } from './order.fixture.ts'

const says = (name: string) => told(event(name), { orderId: 'o1' })
const ordered = () => given(orderSaga).startedWith(says('ordered'))
const paying = () => ordered().expectCommand(command('reserve')).reply(says('reserved')).expectCommand(command('pay'))

describe('before the pivot', () => {
  it('a step is asked again as often as it may be, then undone', () => {
    ordered().expectCommand(command('reserve')).timeOut('reserve').expectCommand(command('reserve')).timeOut('reserve')
      .expectCommand(command('reserve')).timeOut('reserve')
      .expectCommand(command('free')).reply(says('freed')).expectCompensated('timed_out')
  })

  it('an answer to any attempt counts', () => {
    const story = ordered().expectCommand(command('reserve')).timeOut('reserve')
    story.reply(says('reserved')).expectCommand(command('reserve')).expectCommand(command('pay'))
  })

  it('all attempts of a step carry the same deadline', () => {
    const story = ordered().expectCommand(command('reserve')).timeOut('reserve').expectCommand(command('reserve'))
    expect(story.commands.map(({ deadline }) => deadline?.toISOString())).toEqual(['2030-01-01T12:00:30.000Z', '2030-01-01T12:00:30.000Z'])
  })

  it('a step told to wait is not asked again, and its wait has an end', () => {
    const story = ordered().expectCommand(command('reserve')).reply(says('back-ordered')).expectNoCommand()
    expect(story.timers).toEqual([{ step: 'reserve', kind: 'answer', dueAt: new Date('2030-01-01T14:00:00.000Z') }])
    story.timeOut('reserve').expectCommand(command('free'))
  })
})

describe('the pivot', () => {
  it('refused: everything before it is undone', () => {
    paying().reply(says('unpaid')).expectCommand(command('free')).reply(says('freed')).expectCompensated('no')
  })

  it('not answered: nothing is guessed, a person is called, and the answer is still taken', () => {
    const unknown = () => paying().timeOut('pay').expectNeedsAttention('timed_out')
    unknown().reply(says('paid')).expectCommand(command('ship'))
    const refused = unknown().reply(says('unpaid')).expectCommand(command('free')).reply(says('freed')).expectCompensated('no')
    expect(refused.endings.map(({ outcome }) => outcome)).toEqual(['needs-attention', 'compensated'])
  })
})

describe('after the pivot', () => {
  it('waits double up to their limit, and the last one ends at the deadline', () => {
    const story = paying().reply(says('paid')).expectCommand(command('ship'))
    const waits: string[] = []
    for (; story.instance.status === 'running'; story.timeOut('ship')) waits.push(story.timers[0]?.dueAt.toISOString().slice(5, 16) ?? '')
    expect(waits).toEqual(['01-01T13:00', '01-01T15:00', '01-01T19:00', '01-01T23:00', '01-02T00:00'])
    expect(story.instance.failure).toMatchObject({ step: 'ship', reasonCode: 'timed_out' })
  })
})

describe('an undo', () => {
  it('that stays unanswered needs a person; its late answer mends it', () => {
    const story = paying().reply(says('unpaid')).expectCommand(command('free')).undoTimesOut('reserve').expectCommand(command('free'))
    story.undoTimesOut('reserve').expectNeedsAttention('undo_unanswered').late(command('free'), says('freed')).expectCompensated('no')
  })
})

describe('the core', () => {
  const at = new Date('2030-01-01T00:00:00Z')

  it('changes neither its arguments nor anything else, and always decides the same', () => {
    const { instance } = start(orderSaga, { id: 'i1', key: 'o1', state: { orderId: 'o1', shipBy: '' }, at })
    const before = structuredClone(instance)
    const reply = { kind: 'reply', step: 'reserve', action: 'do', attempt: 1, type: 'shop.reserved.v1', data: { orderId: 'o1' }, at } as const
    expect(decide(orderSaga, instance, reply)).toEqual(decide(orderSaga, instance, reply))
    expect(instance).toEqual(before)
  })

  it('keeps a note of an answer that the step does not know', () => {
    paying().late(command('reserve'), says('shipped')).expectNote('unexpected-reply').expectNoCommand()
  })

  it('refuses a step that the definition does not have', () => {
    const { instance } = start(orderSaga, { id: 'i1', key: 'o1', state: { orderId: 'o1', shipBy: '' }, at })
    expect(() => decide(orderSaga, instance, { kind: 'timer', step: 'wrap', timer: 'answer', at })).toThrow(expect.objectContaining({ code: 'SAGA_STEP_UNKNOWN' }))
  })
})

describe('a recorded history', () => {
  it('replays to the instance that it tells of', () => {
    const story = paying().reply(says('unpaid')).expectCommand(command('free')).reply(says('freed'))
    expect(replayHistory(orderSaga, story.history)).toEqual(story.instance)
  })

  it('leaves personal data out', () => {
    const story = ordered().expectCommand(command('reserve')).reply(told(event('reserved'), { orderId: 'o1', buyer: 'Ada' } as { orderId: string }))
    expect(JSON.stringify(story.history)).not.toContain('Ada')
    expect(JSON.stringify(story.history)).toContain('[personal]')
  })
})

describe('a story', () => {
  it.each<[string, () => unknown]>([
    ['expected the command', () => ordered().expectCommand(command('ship'))],
    ['none was sent', () => ordered().expectCommand(command('reserve')).expectCommand(command('pay'))],
    ['expectCommand() comes first', () => ordered().reply(says('reserved'))],
    ['is started by', () => given(orderSaga).startedWith(says('paid'))],
    ['was never sent', () => ordered().late(command('ship'), says('shipped'))],
    ['has no answer timer', () => ordered().timeOut('ship')],
    ['no command, but', () => ordered().expectNoCommand()],
    ['is running', () => ordered().expectCommand(command('reserve')).expectCompleted()],
    ['shop.reserve.v1 orderId', () => ordered().expectCommand(command('reserve'), { orderId: 'other' })],
    ['state.orderId', () => ordered().expectState({ orderId: 'other' })],
    ['expected the note', () => ordered().expectNote('late-success')],
    ['the reason announced', () => paying().reply(says('unpaid')).expectCommand(command('free')).reply(says('freed')).expectCompensated('other')],
    ['breaks its contract', () => ordered().expectCommand(command('reserve')).reply(told(event('reserved'), { orderId: 7 as unknown as string }))],
  ])('that comes out differently fails: %s', (message, tell) => {
    expect(tell).toThrow(StoryError)
    expect(tell).toThrow(message)
  })
})
