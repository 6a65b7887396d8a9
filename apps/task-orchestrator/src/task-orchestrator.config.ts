import { type ConfigOf, integer, readConfig, url } from '@prep/service'

/** Token of TaskOrchestratorConfig. */
export const TASK_ORCHESTRATOR_CONFIG = Symbol('task-orchestrator config')

export const taskOrchestratorSettings = {
  databaseUrl: url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
  /** How often timers set by another process are looked for. Milliseconds. */
  timerPollMs: integer('SAGA_TIMER_POLL_MS', { default: 1_000, min: 10, max: 60_000 }),
  /** After a start, answers that waited meanwhile have this long before the first timer may fire. Milliseconds. */
  timerGraceMs: integer('SAGA_TIMER_GRACE_MS', { default: 3_000, min: 0, max: 600_000 }),
}

export type TaskOrchestratorConfig = ConfigOf<typeof taskOrchestratorSettings>

/** Throws ConfigError naming every setting that cannot be used. */
export function taskOrchestratorConfig(env: NodeJS.ProcessEnv = process.env): TaskOrchestratorConfig {
  return readConfig(taskOrchestratorSettings, env)
}
