import { type Database } from '@prep/persistence'
import type { HistoryRecord } from '../domain/history.ts'
import { type InstanceRow } from './rows.ts'

export type InstanceSummary = Omit<InstanceRow, 'traceparent' | 'tenant_id' | 'state'>

export interface StepSummary {
  readonly step: string
  readonly status: string
  readonly sends: number
  readonly undo_sends: number
  readonly deadline: Date | null
  readonly sent_at: Date | null
  readonly answered_at: Date | null
  readonly undone_at: Date | null
}

export interface InstanceDetails extends InstanceSummary {
  readonly state: unknown
  readonly steps: readonly StepSummary[]
  readonly timers: readonly { step: string; kind: string; due_at: Date }[]
  readonly commands: readonly { id: string; step: string; action: string; attempt: number; type: string; sent_at: Date }[]
  readonly history: readonly HistoryRecord[]
}

const SUMMARY = `id, saga, key, definition_version, version, status, direction, current_step, started_at, updated_at, deadline,
  outcome, failure, correlation_id`

/** What operators may see of sagas. Reads only. */
export class SagaReader {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Every saga's instance of this key, the newest first. */
  async byKey(key: string): Promise<InstanceSummary[]> {
    return this.#database.query<InstanceSummary>(`select ${SUMMARY} from saga_instance where key = $1 order by started_at desc`, [key])
  }

  /** One instance with its steps in the order they were reached, open timers, commands and history; undefined when there is none. */
  async byId(id: string): Promise<InstanceDetails | undefined> {
    const [row] = await this.#database.query<InstanceSummary & { state: unknown }>(`select ${SUMMARY}, state from saga_instance where id = $1`, [id])
    if (row === undefined) return undefined
    const of = <R>(sql: string): Promise<R[]> => this.#database.query<R>(sql, [id])
    const [steps, timers, commands, history] = await Promise.all([
      of<StepSummary>(`select step, status, sends, undo_sends, deadline, sent_at, answered_at, undone_at
                       from saga_step where instance_id = $1 order by sent_at nulls first`),
      of<{ step: string; kind: string; due_at: Date }>('select step, kind, due_at from saga_timer where instance_id = $1 order by due_at'),
      of<InstanceDetails['commands'][number]>(`select id, step, action, attempt, type, sent_at from saga_command where instance_id = $1 order by id`),
      this.history(id),
    ])
    return { ...row, steps, timers, commands, history }
  }

  /** The recorded history of an instance, as `replayHistory` takes it. */
  async history(id: string): Promise<HistoryRecord[]> {
    const rows = await this.#database.query<{ seq: number; at: Date; event: HistoryRecord['event']; decision: HistoryRecord['decision'] }>(
      'select seq, at, event, decision from saga_history where instance_id = $1 order by seq',
      [id],
    )
    return rows.map(({ seq, at, event, decision }) => ({ seq, at: at.toISOString(), event, decision }))
  }
}
