import type { Contract } from '@prep/contracts'
import { saga, type SagaDefinition } from './definition.ts'
import { attempts, send, undo, until, waitFor, when, whenRefused } from './parts.ts'

const contract =
  (kind: 'event' | 'command') =>
  (name: string): Contract<{ orderId: string }> => ({
    type: `shop.${name}.v1`,
    kind,
    context: 'shop',
    version: 1,
    topic: `prep.shop.${kind}s`,
    dataschema: `https://contracts.prep.dev/shop/${name}/v1`,
    schema: { type: 'object', properties: { orderId: { type: 'string' }, buyer: { type: 'string', 'x-personal': true } } },
  })
export const event = contract('event')
export const command = contract('command')

export interface OrderState {
  readonly orderId: string
  readonly shipBy: string
}

const order = ({ orderId }: { orderId: string }): OrderState => ({ orderId, shipBy: '2030-01-02T00:00:00.000Z' })
const idOf = ({ orderId }: OrderState): { orderId: string } => ({ orderId })
const refusal = () => ({ reasonCode: 'no', detail: 'It was refused.' })

/** A made-up saga with every kind of step, for the tests of the core. */
export const orderSaga: SagaDefinition<OrderState> = saga<OrderState>('order', 1)
  .startedBy(event('ordered'), { key: ({ orderId }) => orderId, state: order })
  .step('reserve', {
    invoke: send(command('reserve'), idOf),
    timeout: '10s',
    retry: attempts(3),
    onReply: [when(event('reserved'))],
    onRejected: [whenRefused(event('sold-out'), refusal)],
    mayWaitFor: [waitFor(event('back-ordered'), '2h')],
    compensate: undo(command('free'), idOf, { answeredBy: event('freed'), attempts: 2, firstWait: '1s', longestWait: '1s' }),
  })
  .step('pay', {
    invoke: send(command('pay'), idOf),
    timeout: '20s',
    onReply: [when(event('paid'))],
    onRejected: [whenRefused(event('unpaid'), refusal)],
    pivot: 'when accepted',
  })
  .step('ship', { invoke: send(command('ship'), idOf), timeout: '1h', retry: until(({ shipBy }) => new Date(shipBy), '4h'), onReply: [when(event('shipped'))] })
