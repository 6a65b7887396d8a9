import { type Contract, SagaEndedV1, type SagaEndedV1Data } from '@prep/contracts'
import { type Outbox, type OutgoingMessage } from '@prep/messaging'
import { currentTraceparent, logger, runInContext, withSpan } from '@prep/observability'
import { type Tx } from '@prep/persistence'
import { v7 } from 'uuid'
import { decide, start } from '../domain/decide.ts'
import type { SagaDefinition } from '../domain/definition.ts'
import { recordEvent, type RecordedEvent } from '../domain/history.ts'
import type { CommandToSend, Decision, SagaEvent } from '../domain/instance.ts'
import { type SagaRegistry } from '../domain/registry.ts'
import { type Alarm } from './alarm.ts'
import {
  insertInstance, type Locked, lockByCommand, lockDueInstance, lookAgain, type Origin, recordStartedAgain,
} from './instance-store.ts'
import { instanceOfRows } from './rows.ts'
import { repliesUnmatched, sagaLife, sagaNotes, sagasEnded, sagasStarted, timersFired } from './saga-metrics.ts'
import { saveDecision } from './save-decision.ts'

/** The message that tells a saga something: its id, and the command it answers. */
export interface Cause {
  readonly id: string
  readonly correlationId: string
  readonly tenantId: string
  readonly causationId: string | undefined
}

/** What one decision is written with. */
interface Turned {
  readonly decision: Decision
  readonly event: RecordedEvent
  readonly at: Date
  readonly origin: Origin
  readonly messageId: string | null
}

/** Runs sagas: loads, lets the pure core decide, and writes state, timers, history and messages in the caller's transaction. */
export class SagaEngine {
  readonly #registry: SagaRegistry
  readonly #outbox: Outbox
  readonly #alarm: Alarm

  constructor(registry: SagaRegistry, outbox: Outbox, alarm: Alarm) {
    this.#registry = registry
    this.#outbox = outbox
    this.#alarm = alarm
  }

  /** An event arrived: it starts the sagas it starts, and answers the command it answers. */
  async handle(tx: Tx, contract: Contract<unknown>, data: unknown, cause: Cause): Promise<void> {
    for (const definition of this.#registry.startedBy(contract.type)) await this.#start(tx, definition, data, cause)
    if (this.#registry.isAnswer(contract.type)) await this.#reply(tx, contract, data, cause)
  }

  async #start(tx: Tx, definition: SagaDefinition, data: unknown, cause: Cause): Promise<void> {
    const rule = definition.start
    if (rule === undefined) return
    const begin = { id: v7(), key: rule.key(data), state: rule.state(data) }
    const { name: saga, version: definitionVersion } = definition
    const origin = { correlationId: cause.correlationId, tenantId: cause.tenantId, traceparent: currentTraceparent() ?? null }
    const event: RecordedEvent = { kind: 'started', ...begin }
    const at = await insertInstance(tx, { ...begin, saga, definitionVersion }, origin)
    if (at === undefined) return this.#startedAgain(tx, definition, event, cause)
    tx.onCommit(() => sagasStarted.inc({ saga }))
    await this.#write(tx, { decision: start(definition, { ...begin, at }), event, at, origin, messageId: cause.id })
  }

  async #startedAgain(tx: Tx, { name }: SagaDefinition, event: RecordedEvent & { kind: 'started' }, cause: Cause): Promise<void> {
    const note = { code: 'started-again', step: null, text: `a second start event for ${event.key}; one key has one instance` } as const
    await recordStartedAgain(tx, name, event.key, cause.id, event, note)
    tx.onCommit(() => this.#tell(name, event.key, [note]))
  }

  async #reply(tx: Tx, { type }: Contract<unknown>, data: unknown, cause: Cause): Promise<void> {
    const found = cause.causationId === undefined ? undefined : await lockByCommand(tx, cause.causationId)
    if (found === undefined) return tx.onCommit(() => unmatched(type, cause))
    const { step, action, attempt, now } = found
    await this.#decide(tx, found, { kind: 'reply', step, action, attempt, type, data, at: now }, cause.id)
  }

  /** Fires the timer that is due longest. False when none is due. */
  async fireNext(tx: Tx, chosen: (timer: { instanceId: string; step: string; kind: string }) => void = () => undefined): Promise<boolean> {
    const timer = await lockDueInstance(tx)
    if (timer === undefined) return false
    chosen(timer)
    const found = await lookAgain(tx, timer)
    if (found === undefined) return true
    const { saga, correlation_id: correlationId, tenant_id: tenantId, traceparent } = found.row
    tx.onCommit(() => timersFired.inc({ saga, kind: timer.kind }))
    const attributes = { 'prep.saga': saga, 'prep.saga.step': timer.step }
    await runInContext({ correlationId, ...(tenantId === null ? {} : { tenantId }) }, () =>
      withSpan(`saga timer ${timer.step}`, { parent: traceparent ?? undefined, attributes }, () =>
        this.#decide(tx, found, { kind: 'timer', step: timer.step, timer: timer.kind, at: found.now }, null),
      ),
    )
    return true
  }

  async #decide(tx: Tx, { row, steps, now }: Locked, event: SagaEvent, messageId: string | null): Promise<void> {
    const definition = this.#registry.definition(row.saga, row.definition_version)
    const order = definition.steps.map(({ name }) => name)
    const decision = decide(definition, instanceOfRows(row, steps, order), event)
    const origin = { correlationId: row.correlation_id, tenantId: row.tenant_id, traceparent: row.traceparent }
    await this.#write(tx, { decision, event: recordEvent(definition, event), at: now, origin, messageId })
  }

  /** Messages first: their ids are what replies are matched by. */
  async #write(tx: Tx, turned: Turned): Promise<void> {
    const { decision, at } = turned
    const ids = await this.#outbox.publishAll(tx, this.#messages(turned))
    await saveDecision(tx, { ...turned, commandIds: ids.slice(0, decision.commands.length) })
    tx.onCommit(() => {
      for (const { dueAt } of decision.timersSet) this.#alarm.set(dueAt.getTime() - at.getTime())
      this.#tell(decision.instance.saga, decision.instance.key, decision.notes)
      announce(decision, at)
    })
  }

  #messages({ decision, origin }: Turned): [Contract<unknown>, OutgoingMessage<unknown>][] {
    const { instance, commands, ended } = decision
    const common = { subject: instance.key, correlationId: origin.correlationId }
    const sent = commands.map((command): [Contract<unknown>, OutgoingMessage<unknown>] => [command.contract, { ...common, ...outgoing(command) }])
    if (ended === null) return sent
    return [...sent, [SagaEndedV1, { ...common, data: endedData(decision), sequence: instance.version }]]
  }

  #tell(saga: string, key: string, notes: Decision['notes']): void {
    for (const { code, step, text } of notes) {
      sagaNotes.inc({ saga, code })
      logger().warn({ saga, saga_key: key, saga_step: step, code }, text)
    }
  }
}

const outgoing = ({ step, action, data, deadline }: CommandToSend): Pick<OutgoingMessage<unknown>, 'data' | 'sagaStep' | 'deadline'> => ({
  data,
  sagaStep: action === 'do' ? step : `undo-${step}`,
  ...(deadline === null ? {} : { deadline }),
})

function endedData({ instance, ended }: Decision): SagaEndedV1Data {
  const { id, saga, definitionVersion, key, status } = instance
  const failure = ended?.failure ?? null
  return {
    sagaId: id, saga, definitionVersion, key,
    outcome: ended?.outcome ?? (status as SagaEndedV1Data['outcome']),
    failedStep: failure?.step ?? null,
    reasonCode: failure?.reasonCode ?? null,
    detail: failure?.detail ?? null,
  }
}

function announce({ instance, ended }: Decision, at: Date): void {
  if (ended === null) return
  const { saga, key, startedAt } = instance
  const { outcome, failure } = ended
  sagasEnded.inc({ saga, outcome })
  sagaLife.observe({ saga, outcome }, (at.getTime() - startedAt.getTime()) / 1_000)
  const level = outcome === 'needs-attention' ? 'error' : 'info'
  logger()[level]({ saga, saga_key: key, outcome, saga_step: failure?.step, code: failure?.reasonCode }, `saga ${saga} ended ${outcome}`)
}

function unmatched(type: string, { id, causationId }: Cause): void {
  repliesUnmatched.inc({ type })
  logger().info({ message_id: id, causation_id: causationId, type }, 'no saga sent the command that this event answers; ignored')
}

