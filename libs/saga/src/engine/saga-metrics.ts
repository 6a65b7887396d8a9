import { counter, histogram } from '@prep/observability'

const LIFE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400, 259_200]

export const sagasStarted = counter('prep_saga_started_total', 'Saga instances started.', ['saga'])
export const sagasEnded = counter('prep_saga_ended_total', 'Saga outcomes announced.', ['saga', 'outcome'])
export const sagaLife = histogram('prep_saga_life_seconds', 'From the start of a saga to its outcome.', ['saga', 'outcome'], LIFE_SECONDS)
export const sagaNotes = counter('prep_saga_notes_total', 'Late, repeated and unexpected things that sagas kept a note of.', ['saga', 'code'])
export const repliesUnmatched = counter('prep_saga_unmatched_replies_total', 'Events of a reply type that no saga command caused.', ['type'])
export const timersFired = counter('prep_saga_timers_fired_total', 'Timers that came due.', ['saga', 'kind'])
