import { DeadLetterRateExceededV1 } from '@prep/contracts'
import { counter, logger, registry } from '@prep/observability'
import { type Database } from '@prep/persistence'
import { Gauge } from 'prom-client'
import { type Outbox } from '../outbox/outbox.ts'
import { type FailureAlarm, type FailureRate, FailureRates } from './failure-rates.ts'

/** Watches the share of failures, and tells by `deadletter.rate-exceeded.v1` and two metrics when it is too high. */
export function watchFailures(database: Database, outbox: Outbox, alarm: FailureAlarm): FailureRates {
  const exceeded = counter('prep_messaging_failure_alarms_total', 'Windows in which too large a share of a consumer failed', ['consumer'])
  const rates = new FailureRates(alarm, rate => {
    exceeded.inc({ consumer: rate.consumer })
    void tell(database, outbox, alarm, rate)
  })
  registerShareGauge(rates)
  return rates
}

/** Never rejects: it is a warning, and the failures themselves are recorded. */
async function tell(database: Database, outbox: Outbox, alarm: FailureAlarm, rate: FailureRate): Promise<void> {
  const { consumer, failures, runs, topCode } = rate
  logger().error({ consumer, failures, runs, error_code: topCode }, 'Too large a share of a handler\'s runs fails')
  const share = Math.round((failures / runs) * 10_000) / 10_000
  const windowSeconds = Math.max(1, Math.round(alarm.windowMs / 1_000))
  const data = { consumer, failures, runs, share, threshold: alarm.share, windowSeconds, topCode: topCode.slice(0, 200), at: new Date().toISOString() }
  try {
    await database.transaction(tx => outbox.publish(tx, DeadLetterRateExceededV1, { subject: consumer, data }))
  } catch (error) {
    logger().warn({ err: error, consumer }, 'The share of failures could not be announced')
  }
}

function registerShareGauge(rates: FailureRates): void {
  const name = 'prep_messaging_failure_share'
  registry.removeSingleMetric(name)
  new Gauge({
    name,
    help: 'Failed share of the outcomes of the last five minutes, a fraction of 1',
    labelNames: ['consumer'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [consumer, share] of rates.shares()) this.set({ consumer }, share)
    },
  })
}
