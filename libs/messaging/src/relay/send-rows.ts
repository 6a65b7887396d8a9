import { type OutboxRow } from '../outbox/handover.ts'
import { isEntryFault, type PublishBulk } from './dapr-publisher.ts'

/** What became of each row that was to be sent. Rows in neither list wait for a better moment. */
export interface SendReport {
  readonly sent: OutboxRow[]
  /** Refused for their own fault: these count an attempt. */
  readonly refused: Array<{ row: OutboxRow; detail: string }>
  /** Why sending stopped, when sidecar or broker are away. */
  unavailable: string | undefined
}

/**
 * Sends rows of one topic, at most one per key. A bulk refused as a whole is halved until the culprits are found; nobody is
 * blamed while the broker is away, nor when all of several rows fail for a reason that no row explains.
 */
export async function sendRows(rows: readonly OutboxRow[], publishBulk: PublishBulk): Promise<SendReport> {
  const report: SendReport = { sent: [], refused: [], unavailable: undefined }
  await send(rows, publishBulk, report)
  if (rows.length > 1 && report.sent.length === 0 && report.refused.length === rows.length && !report.refused.every(sure)) {
    return { sent: [], refused: [], unavailable: report.refused[0]?.detail }
  }
  return report
}

async function send(rows: readonly OutboxRow[], publishBulk: PublishBulk, report: SendReport): Promise<void> {
  const result = await publishBulk(rows)
  if (result.outcome === 'accepted') {
    report.sent.push(...rows)
  } else if (result.outcome === 'unavailable') {
    report.unavailable = result.detail
  } else if (result.outcome === 'partly') {
    sortOut(rows, result.failed, report)
  } else if (rows.length === 1) {
    report.refused.push({ row: rows[0] as OutboxRow, detail: result.detail })
  } else {
    const half = rows.length >> 1
    await send(rows.slice(0, half), publishBulk, report)
    if (report.unavailable === undefined) await send(rows.slice(half), publishBulk, report)
  }
}

function sortOut(rows: readonly OutboxRow[], failed: ReadonlyMap<string, string>, report: SendReport): void {
  for (const row of rows) {
    const detail = failed.get(row.id)
    if (detail === undefined) report.sent.push(row)
    else if (isEntryFault(detail)) report.refused.push({ row, detail })
    else report.unavailable = detail
  }
}

/** A request that the sidecar called malformed or too large is the row's own doing, also when no neighbour passed. */
function sure({ detail }: { detail: string }): boolean {
  return /^(400|413|422) /.test(detail) || /too large/i.test(detail)
}
