import { type FailureAlarm } from './dead-letters/failure-rates.ts'
import { MessagingError } from './errors.ts'
import { DAY_MS } from './inbox/inbox-days.ts'
import { defaultRetryPolicy, longestRetryMs, type RetryPolicy } from './retry-policy.ts'
import { builtTopology, type Topology } from './transport/topology.ts'

export interface MessagingModuleOptions {
  /** Name of the service, which is its Dapr app id and Kafka group: `task-orchestrator`. */
  service: string
  /** The bounded context that its events belong to; told for completeness, the contracts know it. */
  context?: string
  /** Default DAPR_HTTP_PORT. */
  daprHttpPort?: number
  /** Sent to the sidecar; default DAPR_API_TOKEN. */
  daprApiToken?: string
  /** Demanded from the sidecar; default APP_API_TOKEN; none means not checked. */
  appApiToken?: string
  /** For subscriptions that name none. */
  retry?: RetryPolicy
  /** Runs of a handler end after this, in ms; default 30,000. */
  handlerTimeoutMs?: number
  /** Transactions in which deliveries run at once; default 1. Fewer means larger batches, more means less waiting for a slow handler. */
  lanes?: number
  /**
   * Where messages of several keys come close together: from the beginning of a lane's batch to that of its next one, in ms;
   * default 25, and less where it makes batches no larger. A message that comes alone does not wait. 0: no rest,
   * which is the default with `bulkAwaitMs`: the sidecar has one bulk at a time at work, and nothing more would come.
   */
  restMs?: number
  /** For subscriptions that do not say: whether handlers of different keys run side by side in a batch; default false. See `SubscribeOptions`. */
  sideBySide?: boolean
  /** External handlers at work at once; default 8. */
  externalConcurrency?: number
  /**
   * How long the sidecar may gather messages into a bulk, in ms; default 0: it delivers each by itself. Bulks cost less a
   * message from some hundred a second on; below that they are waiting and nothing else. 4 costs little time; 20 to 50
   * is better for thousands a second, because one bulk of one partition is at work at a time (ADR 0009).
   */
  bulkAwaitMs?: number
  /**
   * While some hundred messages a second of one topic are published: how long at most the relay gathers them into a bulk, in
   * ms; default 20. Below that rate nothing waits. 0: bulks follow each other at once (ADR 0026).
   */
  gatherMs?: number
  /** How long a dead process keeps its shards of the outbox, in ms; default 6,000. */
  leaseMs?: number
  /** Who publishes what, and what Dapr's scopes allow; default as this build knows it. For services that only a test has. */
  topology?: Topology
  /** Messages in a row that fail until a handler's breaker opens; default 10. */
  breakerAfter?: number
  /** Messages of one key that may wait behind one that failed, for ordered handlers; default 1,000. Later ones become dead letters. */
  parkedLimit?: number
  /** How long the broker keeps messages (Kafka's `retention.ms`), in days; default 7. */
  brokerRetentionDays?: number
  /**
   * How long ids are remembered, in days; default 10. More than what the broker keeps and the longest retry takes: an older
   * id is not run but becomes a dead letter (MSG_TOO_OLD), because nobody would know it for a duplicate.
   */
  inboxRetentionDays?: number
  /** How long at least it is remembered what operators decided about dead letters and blocked rows of the outbox, and why, in days; default 90. */
  decisionRetentionDays?: number
  /** Processes that may die with one message, in a row, until it is a dead letter (MSG_CONSUMER_CRASHED); default 3. */
  crashLimit?: number
  /** After a process died: how long the next one stores deliveries before it runs them, singly, in ms; default 30,000. Longer than the broker takes to bring again what was in flight. */
  cautionMs?: number
  /** How far a publisher's clock may be ahead of ours, in ms; default 600,000. Ids from later become dead letters (MSG_FROM_FUTURE). */
  clockToleranceMs?: number
  /** When a consumer's failures are worth an alarm; default over 5 % of at least 20 outcomes in 5 minutes. */
  failureAlarm?: FailureAlarm
}

/** Options with every default filled in. */
export interface MessagingSettings {
  readonly service: string
  readonly daprHttpPort: number
  readonly daprApiToken: string | undefined
  readonly appApiToken: string | undefined
  readonly retry: RetryPolicy
  readonly handlerTimeoutMs: number
  readonly lanes: number
  readonly restMs: number
  readonly sideBySide: boolean
  readonly externalConcurrency: number
  readonly bulkAwaitMs: number
  readonly gatherMs: number
  readonly leaseMs: number
  readonly topology: Topology
  readonly breakerAfter: number
  readonly parkedLimit: number
  readonly brokerRetentionDays: number
  readonly inboxRetentionDays: number
  readonly decisionRetentionDays: number
  readonly crashLimit: number
  readonly cautionMs: number
  readonly clockToleranceMs: number
  readonly failureAlarm: FailureAlarm
}

/** @throws MessagingError MSG_CONFIG_INVALID naming all that is wrong */
export function settingsOf(options: MessagingModuleOptions, environment: NodeJS.ProcessEnv = process.env): MessagingSettings {
  const port = options.daprHttpPort ?? Number(environment['DAPR_HTTP_PORT'] ?? 3500)
  const settings: MessagingSettings = {
    service: options.service,
    daprHttpPort: port,
    daprApiToken: options.daprApiToken ?? environment['DAPR_API_TOKEN'],
    appApiToken: options.appApiToken ?? environment['APP_API_TOKEN'],
    retry: options.retry ?? defaultRetryPolicy,
    handlerTimeoutMs: options.handlerTimeoutMs ?? 30_000,
    lanes: options.lanes ?? 1,
    restMs: options.restMs ?? ((options.bulkAwaitMs ?? 0) > 0 ? 0 : 25),
    sideBySide: options.sideBySide ?? false,
    externalConcurrency: options.externalConcurrency ?? 8,
    bulkAwaitMs: options.bulkAwaitMs ?? 0,
    gatherMs: options.gatherMs ?? 20,
    leaseMs: options.leaseMs ?? 6_000,
    topology: options.topology ?? builtTopology,
    breakerAfter: options.breakerAfter ?? 10,
    parkedLimit: options.parkedLimit ?? 1_000,
    brokerRetentionDays: options.brokerRetentionDays ?? 7,
    inboxRetentionDays: options.inboxRetentionDays ?? 10,
    decisionRetentionDays: options.decisionRetentionDays ?? 90,
    crashLimit: options.crashLimit ?? 3,
    cautionMs: options.cautionMs ?? 30_000,
    clockToleranceMs: options.clockToleranceMs ?? 600_000,
    failureAlarm: options.failureAlarm ?? { share: 0.05, minRuns: 20, windowMs: 300_000 },
  }
  const problems = problemsOf(settings)
  if (problems.length > 0) throw new MessagingError('MSG_CONFIG_INVALID', { detail: problems.join('; ') })
  return settings
}

function problemsOf(settings: MessagingSettings): string[] {
  const problems: string[] = []
  if (!/^[a-z][a-z0-9-]*$/.test(settings.service)) problems.push(`service '${settings.service}' is not a Dapr app id in lower case`)
  if (!Number.isInteger(settings.daprHttpPort) || settings.daprHttpPort < 1 || settings.daprHttpPort > 65_535) {
    problems.push('DAPR_HTTP_PORT is not a port')
  }
  if (settings.retry.delaysMs.length === 0 || settings.retry.maxAttempts < 1) problems.push('retry needs delaysMs and maxAttempts')
  if (!(settings.gatherMs >= 0)) problems.push('gatherMs must not be under 0')
  for (const name of POSITIVE) if (!(settings[name] > 0)) problems.push(`${name} must be over 0`)
  return problems
}

const POSITIVE = [
  'handlerTimeoutMs', 'lanes', 'externalConcurrency', 'leaseMs', 'breakerAfter', 'parkedLimit', 'brokerRetentionDays', 'inboxRetentionDays',
  'decisionRetentionDays', 'crashLimit', 'cautionMs', 'clockToleranceMs',
] as const

/**
 * Whether ids are remembered for as long as their messages can come again: the broker's retention and then the longest retry.
 * @throws MessagingError MSG_CONFIG_INVALID
 */
export function checkRetention(settings: MessagingSettings, policies: readonly RetryPolicy[]): void {
  const { brokerRetentionDays, inboxRetentionDays } = settings
  const longestDays = Math.max(0, ...policies.map(longestRetryMs)) / DAY_MS
  if (inboxRetentionDays > brokerRetentionDays + longestDays) return
  const detail = `inboxRetentionDays (${inboxRetentionDays}) must be more than brokerRetentionDays (${brokerRetentionDays}) and the longest retry (${longestDays.toFixed(2)} days)`
  throw new MessagingError('MSG_CONFIG_INVALID', { detail })
}
