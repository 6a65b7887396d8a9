import { setTimeout as delay } from 'node:timers/promises'
import { userInfo } from 'node:os'
import type { Contract } from '@prep/contracts'
import { v7 } from 'uuid'
import { DlqError, RefusedError } from './errors.ts'
import type { Letter } from './letters.ts'
import type { ServicesRecords } from './services-records.ts'

/** What the owner did. */
export interface Decided {
  readonly outcome: 'handled' | 'dead' | 'skipped'
  /** Why it is dead again. */
  readonly code: string | null
}

/** Longer than a handler may take, with its immediate retries. */
const PATIENCE_MS = 150_000
const LOOK_MS = 100

/**
 * Asks the service that owns a letter to do something with it, through its own sidecar (ADR 0015), and waits for what
 * came of it.
 * @throws DlqError DLQ_OWNER_AWAY, DLQ_NO_ANSWER; RefusedError with the owner's code
 */
export async function askOwner<T extends object>(records: ServicesRecords, letter: Letter, contract: Contract<T>, data: T): Promise<Decided> {
  const id = v7()
  await publish(records, letter, envelopeOf(id, letter, contract, data))
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const [decision] = await records.of(letter.service)<{ outcome: Decided['outcome'] | 'refused' | null; code: string | null }>(
      'select outcome, code from letter_decision where command_id = $1::uuid',
      [id],
    )
    if (decision?.outcome === 'refused') throw await refused(decision.code ?? '')
    if (decision?.outcome) return { outcome: decision.outcome, code: decision.code }
    await delay(LOOK_MS)
  }
  throw new DlqError('DLQ_NO_ANSWER')
}

/** Who asks, unless they say otherwise. */
export function currentOperator(): string {
  return process.env['USER'] || userInfo().username
}

function envelopeOf<T>(id: string, letter: Letter, contract: Contract<T>, data: T): object {
  return {
    specversion: '1.0',
    id,
    type: contract.type,
    source: '/prep/cli',
    subject: letter.event_id,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    partitionkey: letter.event_id,
    correlationid: id,
    tenantid: 'default',
    data,
  }
}

async function publish({ platform }: ServicesRecords, { service, event_id: key }: Letter, envelope: object): Promise<void> {
  const { topicFor, ReplayDeadLetterV1 } = await import('@prep/contracts')
  const topic = topicFor(ReplayDeadLetterV1, service)
  const url = `${platform.sidecar(service).url}/v1.0/publish/pubsub-commands/${topic}?metadata.partitionKey=${key}`
  const headers = { 'content-type': 'application/cloudevents+json', 'dapr-api-token': platform.secrets.daprApiToken(service) }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(envelope), signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new DlqError('DLQ_OWNER_AWAY', (cause as Error).message, { cause })
  })
  if (!answer.ok) throw new DlqError('DLQ_OWNER_AWAY', `${answer.status} ${await answer.text()}`)
}

async function refused(code: string): Promise<RefusedError> {
  const { messagingErrorCodes } = await import('@prep/messaging')
  return new RefusedError(code, (messagingErrorCodes as Record<string, string>)[code] ?? 'The owner refused.')
}
