export { checkDefinition } from './domain/check-definition.ts'
export type { SagaContext, UndoContext } from './domain/context.ts'
export { decide, newInstance, type NewSaga, start } from './domain/decide.ts'
export { saga, SagaDefinition, type StepDefinition, type StepSpec } from './domain/definition.ts'
export { drawSaga } from './domain/draw-saga.ts'
export { type Duration, durationMs, durationText, earlier, later } from './domain/duration.ts'
export { heardBy } from './domain/heard.ts'
export {
  type HistoryRecord,
  recordDecision,
  type RecordedDecision,
  type RecordedEvent,
  recordEvent,
  replayHistory,
} from './domain/history.ts'
export type {
  Action,
  CommandToSend,
  Decision,
  Note,
  Outcome,
  SagaEnding,
  SagaEvent,
  SagaFailure,
  SagaInstance,
  SagaStatus,
  StepRecord,
  StepStatus,
  TimerKind,
  TimerRef,
  TimerToSet,
} from './domain/instance.ts'
export { longestWaitBeforePivot } from './domain/longest-wait.ts'
export {
  type Accepted,
  attempts,
  type Refusal,
  type Refused,
  type Retry,
  send,
  type Send,
  undo,
  type Undo,
  until,
  waitFor,
  type WaitsFor,
  when,
  whenRefused,
} from './domain/parts.ts'
export { SagaRegistry } from './domain/registry.ts'
export { SAGA_ERROR_CODES, SagaError, type SagaErrorCode } from './errors.ts'
export { type Cause, SagaEngine } from './engine/saga-engine.ts'
export { type InstanceDetails, type InstanceSummary, SagaReader, type StepSummary } from './engine/saga-reader.ts'
export { TimerWorker, type TimerWorkerOptions } from './engine/timer-worker.ts'
export { sagaMigrations } from './migrations/index.ts'
export { SagaModule, type SagaModuleOptions } from './nest/saga.module.ts'
