import { userInfo } from 'node:os'
import type { Contract } from '@prep/contracts'
import type { Platform } from '@prep/runtime'
import { v7 } from 'uuid'
import { DlqError } from '../dlq/errors.ts'

/**
 * Sends a service a command through its own sidecar (ADR 0015).
 * @param key its subject and partition key
 * @returns the command's id
 * @throws DlqError DLQ_OWNER_AWAY
 */
export async function publishCommand<T extends object>(platform: Platform, service: string, contract: Contract<T>, data: T, key: string): Promise<string> {
  const { topicFor } = await import('@prep/contracts')
  const id = v7()
  const path = `/v1.0/publish/pubsub-commands/${topicFor(contract, service)}?metadata.partitionKey=${encodeURIComponent(key)}`
  const headers = { 'content-type': 'application/cloudevents+json', 'dapr-api-token': platform.secrets.daprApiToken(service) }
  const request = { method: 'POST', headers, body: JSON.stringify(envelopeOf(id, contract, data, key)), signal: AbortSignal.timeout(10_000) }
  const answer = await fetch(new URL(path, platform.sidecar(service).url), request).catch((cause: unknown) => {
    throw new DlqError('DLQ_OWNER_AWAY', (cause as Error).message, { cause })
  })
  if (!answer.ok) throw new DlqError('DLQ_OWNER_AWAY', `${answer.status} ${await answer.text()}`)
  return id
}

/** Who asks, unless they say otherwise. */
export function currentOperator(): string {
  return process.env['USER'] || userInfo().username
}

function envelopeOf<T>(id: string, contract: Contract<T>, data: T, key: string): object {
  return {
    specversion: '1.0',
    id,
    type: contract.type,
    source: '/prep/cli',
    subject: key,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    partitionkey: key,
    correlationid: id,
    tenantid: 'default',
    data,
  }
}
