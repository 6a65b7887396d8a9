import { type Database } from '@prep/persistence'
import { type Caution } from '../crashes/caution.ts'
import { type InboxStore } from '../inbox/inbox-store.ts'
import { type OrderStore } from '../inbox/order-store.ts'

/** What a delivery did with one entry. `unavailable`: nothing is recorded, the broker is to bring it again. */
export type Outcome = 'handled' | 'received' | 'retrying' | 'parked' | 'dead' | 'duplicate' | 'unavailable'

export interface DeliveryParts {
  readonly database: Database
  readonly inbox: InboxStore
  readonly order: OrderStore
  readonly caution: Caution
  readonly handlerTimeoutMs: number
  /** A row was committed that is to be tried again after so long. */
  readonly onRetrying: (delayMs: number) => void
}
