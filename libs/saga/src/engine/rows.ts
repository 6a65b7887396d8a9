import type { SagaFailure, SagaInstance, StepRecord } from '../domain/instance.ts'

export interface InstanceRow {
  id: string
  saga: string
  key: string
  definition_version: number
  version: number
  state: unknown
  status: SagaInstance['status']
  direction: SagaInstance['direction']
  current_step: string | null
  started_at: Date
  updated_at: Date
  deadline: Date
  outcome: SagaInstance['outcome']
  failure: SagaFailure | null
  correlation_id: string
  tenant_id: string | null
  traceparent: string | null
}

export interface StepRow {
  step: string
  status: StepRecord['status']
  sends: number
  undo_sends: number
  undos_overtaken: number
  deadline: Date | null
  sent_at: Date | null
  answered_at: Date | null
  undone_at: Date | null
}

const stepOfRow = (row: StepRow): StepRecord => ({
  step: row.step,
  status: row.status,
  sends: row.sends,
  undoSends: row.undo_sends,
  undosOvertaken: row.undos_overtaken,
  deadline: row.deadline,
  sentAt: row.sent_at,
  answeredAt: row.answered_at,
  undoneAt: row.undone_at,
})

/** Step records stand in the order of the definition, whatever order the rows came in. */
export function instanceOfRows(row: InstanceRow, steps: readonly StepRow[], order: readonly string[]): SagaInstance {
  return {
    id: row.id,
    saga: row.saga,
    definitionVersion: row.definition_version,
    key: row.key,
    version: row.version,
    state: row.state,
    status: row.status,
    direction: row.direction,
    currentStep: row.current_step,
    startedAt: row.started_at,
    deadline: row.deadline,
    outcome: row.outcome,
    failure: row.failure,
    steps: steps.map(stepOfRow).sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step)),
  }
}

export const rowOfStep = (record: StepRecord): StepRow => ({
  step: record.step,
  status: record.status,
  sends: record.sends,
  undo_sends: record.undoSends,
  undos_overtaken: record.undosOvertaken,
  deadline: record.deadline,
  sent_at: record.sentAt,
  answered_at: record.answeredAt,
  undone_at: record.undoneAt,
})
