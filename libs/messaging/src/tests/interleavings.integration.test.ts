import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { InterleavingsRoom } from './interleavings-room.fixture.ts'
import { Model, type ModelMessage, type Plan } from './interleavings-model.fixture.ts'

/** As fast-check prints them when a sequence fails: `PREP_SEED=-123 PREP_PATH=4:1:0 npx vitest run ...` runs it again. */
const seed = process.env['PREP_SEED']
const path = process.env['PREP_PATH']
const replayPath = process.env['PREP_REPLAY_PATH']
const RUNS = Number(process.env['PREP_RUNS'] ?? 25)

const room = new InterleavingsRoom()
beforeAll(() => room.open())
afterAll(() => room.close())

type Command = fc.AsyncCommand<Model, InterleavingsRoom, true>

/** A step: what it does to the model and to the real thing, after which both must agree. */
function step(name: string, run: (model: Model, real: InterleavingsRoom) => Promise<void>, check: (model: Readonly<Model>) => boolean = () => true): Command {
  const both = async (model: Model, real: InterleavingsRoom): Promise<void> => {
    await run(model, real)
    await real.checkStates(model)
  }
  return { check: async model => check(model), run: both, toString: () => name }
}

const pick = (messages: readonly ModelMessage[], which: number): ModelMessage | undefined => messages[which % Math.max(1, messages.length)]
const which = fc.nat({ max: 30 })
const some = fc.integer({ min: 1, max: 6 })
const delivered = (model: Readonly<Model>): ModelMessage[] => model.inState('handled', 'retrying', 'parked', 'dead', 'skipped', 'archived')

interface PublishPlan extends Plan { key: string, isOrdered: boolean, isCommitted: boolean }

const plan: fc.Arbitrary<PublishPlan> = fc.record({
  key: fc.constantFrom('a', 'b'),
  isOrdered: fc.constantFrom(true, true, false),
  failures: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
  isPoison: fc.integer({ min: 0, max: 5 }).map(number => number === 0),
  isBroken: fc.integer({ min: 0, max: 5 }).map(number => number === 0),
  isCommitted: fc.integer({ min: 0, max: 5 }).map(number => number > 0),
})
const told = ({ key, isOrdered, failures, isPoison, isBroken, isCommitted }: PublishPlan): string =>
  `${key} ${isOrdered ? 'ordered' : 'free'} ${isBroken ? 'broken' : isPoison ? 'poison' : `fails ${failures}`} ${isCommitted ? 'commit' : 'rollback'}`

/** Each in a transaction of its own. */
async function publishAll(plans: readonly PublishPlan[], model: Model, real: InterleavingsRoom): Promise<void> {
  for (const { key, isOrdered, isCommitted, ...rest } of plans) {
    const sequence = model.messages.length + 1
    const own = { ...rest }
    const id = await real.publish(isOrdered, key, sequence, own, isCommitted)
    if (isCommitted) model.messages.push({ id, key, sequence, isOrdered, plan: own, state: undefined, attempts: 0 })
  }
}

const publish = fc.array(plan, { minLength: 1, maxLength: 4 }).map(plans =>
  step(`publish(${plans.map(told).join(', ')})`, (model, real) => publishAll(plans, model, real)))

const deliver = some.map(count =>
  step(`deliver(${count})`, async (model, real) => {
    const messages = model.undelivered(count)
    expect(await real.deliver(messages)).toBe(true)
    for (const message of messages) model.deliver(message)
  }, model => model.undelivered(1).length > 0))

const redeliver = which.map(number =>
  step(`redeliver(${number})`, async (model, real) => {
    expect(await real.deliver([pick(delivered(model), number) as ModelMessage])).toBe(true)
  }, model => delivered(model).length > 0))

/** All of a lane is lost with the process, and comes again. */
const crash = some.map(count =>
  step(`crash(${count})`, async (model, real) => {
    const messages = model.undelivered(count)
    const recorded = await real.crashIn(messages)
    for (const message of messages) if (recorded.has(message.id)) model.deliver(message)
  }, model => model.undelivered(1).length > 0))

const retry = which.map(number =>
  step(`retry(${number})`, async (model, real) => {
    const message = pick(model.inState('retrying'), number) as ModelMessage
    await real.retry(message)
    model.retry(message)
  }, model => model.inState('retrying').length > 0))

const mend = which.map(number =>
  step(`mend(${number})`, async model => {
    (pick(model.inState('dead'), number) as ModelMessage).plan.isPoison = false
  }, model => model.inState('dead').length > 0))

const decision = (name: 'replay' | 'skip' | 'archive') => which.map(number =>
  step(`${name}(${number})`, async (model, real) => {
    const message = pick(number % 4 === 0 ? delivered(model) : [...model.inState('dead', 'parked'), ...delivered(model)], number) as ModelMessage
    expect(await real[name](message)).toBe(model[name](message))
  }, model => delivered(model).length > 0))

it('any interleaving of publish, crash, redeliver, retry, park, skip, archive and replay ends as the model says', async () => {
  const steps = fc.commands([publish, deliver, deliver, redeliver, crash, retry, retry, mend, decision('replay'), decision('skip'), decision('archive')], {
    size: 'large', maxCommands: 30, ...(replayPath ? { replayPath } : {}),
  })
  const first = fc.array(plan, { minLength: 5, maxLength: 10 })
  const property = fc.asyncProperty(first, steps, async (plans, commands) => {
    await room.reset()
    const model = new Model()
    await publishAll(plans, model, room)
    await fc.asyncModelRun(() => ({ model, real: room }), commands)
    await room.checkPublished(model)
  })
  await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false, ...(seed ? { seed: Number(seed) } : {}), ...(path ? { path } : {}) })
}, 240_000)
