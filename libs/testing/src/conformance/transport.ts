import type { Envelope } from '@prep/messaging'

/** What not every transport can do. */
export type Ability = 'bulk' | 'restart' | 'rebalance'

/** What one instance of the service talks to: a sidecar, or what stands for one. */
export interface Attachment {
  /** Where the instance publishes, in daprd's words. */
  readonly daprHttpPort: number
  readonly daprApiToken?: string
  readonly appApiToken?: string
  /** Begins to deliver. The instance listens by now. */
  start(): Promise<void>
  /** Ends in good order: what is in flight is waited for. */
  stop(): Promise<void>
}

/**
 * A broker and the way to it, as the conformance suite uses one. It must keep what it accepted, deliver at least once, in
 * order per key, to one instance of a service at a time; and bring again what was not acknowledged.
 */
export interface Transport {
  readonly name: string
  /** Reasons why cases that need an ability are skipped; empty for a transport that can do everything. */
  readonly cannot: Partial<Record<Ability, string>>
  start(): Promise<void>
  stop(): Promise<void>
  /** For one more instance of the service `booking`, which listens on `appPort`. */
  attach(appPort: number): Promise<Attachment>
  /** Puts messages on a topic past any outbox, in this order per key. */
  send(topic: string, messages: readonly Envelope[]): Promise<void>
  /** Everything on the topic so far, in order per key. */
  read(topic: string): Promise<Envelope[]>
  /** Takes the broker away from everybody. */
  cut(): Promise<void>
  mend(): Promise<void>
}
