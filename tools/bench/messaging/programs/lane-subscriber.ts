import { Controller } from '@nestjs/common'
import { SlotHeldV1, type SlotHeldV1Data } from '@prep/contracts'
import { type MessageContext, PermanentError, Subscribe } from '@prep/messaging'
import { Database } from '@prep/persistence'
import { startBenchService } from './bench-service.ts'
import { takeOrders } from './control.ts'
import { Tally } from './tally.ts'

/** Handles as every service of Prep does. How its handler behaves can be changed while it runs. */
const tally = new Tally()
let behaviour: 'handle' | 'fail' | 'reject' = 'handle'

class OnSlotHeld {
  async handle(data: SlotHeldV1Data, { tx, envelope }: MessageContext<SlotHeldV1Data>): Promise<void> {
    if (behaviour === 'reject') throw new PermanentError('BENCH_REJECTED', 'The benchmark rejects it.')
    if (behaviour === 'fail') throw new Error('The benchmark fails it for now.')
    await tx.query('insert into tally as t (id, version) values ($1, 1) on conflict (id) do update set version = t.version + 1', [data.bookingId])
    tx.onCommit(() => tally.add(Date.parse(envelope.time as string)))
  }
}
// Programs run without a compiler, which decorators need.
Subscribe(SlotHeldV1, { sideBySide: true })(OnSlotHeld.prototype, 'handle', Object.getOwnPropertyDescriptor(OnSlotHeld.prototype, 'handle') as TypedPropertyDescriptor<OnSlotHeld['handle']>)
;(Controller() as ClassDecorator)(OnSlotHeld)

const retry = { immediate: 0, delaysMs: [3_000], maxAttempts: 100 }
const app = await startBenchService('task-orchestrator', [OnSlotHeld], { retry })

takeOrders({
  figures: () => tally.figures(),
  reset: () => tally.reset(),
  handle: () => void (behaviour = 'handle'),
  fail: () => void (behaviour = 'fail'),
  reject: () => void (behaviour = 'reject'),
  /** What waits for its next run waits no longer. */
  due: () => app.get(Database).execute(`update inbox set next_attempt_at = clock_timestamp() where state = 'retrying'`),
  states: async () => Object.fromEntries((await app.get(Database).query<{ state: string, n: number }>('select state, count(*)::int as n from inbox group by 1')).map(({ state, n }) => [state, n])),
})
