import type { Contract } from '@prep/contracts'
import type { Envelope } from '@prep/messaging'
import type { TestDatabase } from './database.ts'

/** What the service has put into its outbox and has not sent yet, in order; of one contract only when it is given. */
export async function publishedBy<T = unknown>(database: Pick<TestDatabase, 'query'>, contract?: Contract<T>): Promise<Envelope<T>[]> {
  const rows = await database.query<{ payload: string }>('SELECT payload FROM outbox ORDER BY id')
  const envelopes = rows.map(({ payload }) => JSON.parse(payload) as Envelope<T>)
  return contract ? envelopes.filter(({ type }) => type === contract.type) : envelopes
}

/** What became of the deliveries: the inbox rows, without what only the library needs. */
export interface InboxRow { consumer: string, event_id: string, event_type: string, state: string, attempts: number, error_code: string | null }

/** The service's inbox, in the order of arrival. */
export async function inboxOf(database: Pick<TestDatabase, 'query'>): Promise<InboxRow[]> {
  return await database.query<InboxRow & Record<string, unknown>>(
    'SELECT consumer, event_id, event_type, state, attempts, error_code FROM inbox ORDER BY received_at, event_id',
  )
}
