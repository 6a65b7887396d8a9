import type { InstanceDetails, InstanceSummary } from '@prep/saga'

/** Where sagas are shown. For operators, on the service's own port: the gateway does not lead here. */
export const SAGAS = '/api/v1/sagas'

/** An instance as operators see it: what it is about, where it stands, why. */
export function resourceOf(instance: InstanceSummary) {
  const { failure, started_at, updated_at, deadline, ...rest } = instance
  return {
    id: rest.id,
    saga: rest.saga,
    definition_version: rest.definition_version,
    key: rest.key,
    status: rest.status,
    direction: rest.direction,
    current_step: rest.current_step,
    outcome: rest.outcome,
    failure: failure === null ? null : { step: failure.step, reason_code: failure.reasonCode, detail: failure.detail },
    correlation_id: rest.correlation_id,
    started_at,
    updated_at,
    deadline,
    version: rest.version,
  }
}

/** As `resourceOf`, with state, steps, open timers, commands and the whole history. State and history are as recorded. */
export function detailsOf(instance: InstanceDetails) {
  const { state, steps, timers, commands, history } = instance
  return { ...resourceOf(instance), state, steps, timers, commands, history }
}
