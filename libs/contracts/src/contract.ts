/**
 * What two services agree on for one message: its name, where it travels and what its data looks like.
 * Each is generated from a `schema.json` by `tools/generators/contract-types.ts`.
 */
export interface Contract<T> {
  /** CloudEvents `type`, with its version: `payment.captured.v1`. */
  readonly type: string
  readonly kind: 'event' | 'command'
  /** Bounded context that owns the contract: `payment`. */
  readonly context: string
  readonly version: number
  /** Topic it travels on: `prep.payment.events` or `prep.payment.commands`; see `topicFor` where it says `<service>`. */
  readonly topic: string
  /** CloudEvents `dataschema`: `https://contracts.prep.dev/payment/payment-captured/v1`. */
  readonly dataschema: string
  /** JSON Schema 2020-12 of the data, strict: unknown properties are refused. */
  readonly schema: object
  /** The version before this one, and how its data becomes this one's; a first version has none. */
  readonly previous?: Previous<T>
  /** Only for the compiler: carries the type of the data. Never set. */
  readonly __data?: T
}

/** What lets a consumer of one version read the one before: its contract, and the upcaster of `upcast.ts`. */
export interface Previous<T> {
  readonly contract: Contract<unknown>
  /** Data of the older version as the newer one has it; pure, and right for all data that the older schema allows. */
  readonly upcast: (data: never) => T
}

/** The services that publish a message and those that handle it. */
export interface Participants {
  readonly publishers: readonly string[]
  readonly subscribers: readonly string[]
}

/** The data type of a contract: `DataOf<typeof PaymentCapturedV1>`. */
export type DataOf<C> = C extends Contract<infer T> ? T : never

/** The topic of a contract for one receiver. A command that any service may get (`x-message.addressed`) leaves its place open. */
export function topicFor(contract: Contract<unknown>, receiver: string): string {
  return contract.topic.replace('<service>', receiver)
}
