/** The largest event in bytes of JSON, envelope included. */
export const MAX_EVENT_BYTES = 256 * 1024

/** A CloudEvent 1.0 in structured JSON, with Prep's extensions (all lower case, as CloudEvents demands). */
export interface Envelope<T = unknown> {
  readonly specversion: '1.0'
  /** UUIDv7: the one identity of the message, for publisher and consumers. */
  readonly id: string
  /** `payment.captured.v1` */
  readonly type: string
  /** `/prep/payment` */
  readonly source: string
  /** The aggregate's id. */
  readonly subject: string
  /** RFC 3339, UTC */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Address of the contract. */
  readonly dataschema: string
  /** Messages with the same key on the same topic stay in order. */
  readonly partitionkey: string
  /** Version of the aggregate, zero-padded to 12 digits so that it sorts as text. */
  readonly sequence?: string
  readonly correlationid: string
  /** Id of the message (or request) that caused this one; an answer's is the command's id. */
  readonly causationid?: string
  readonly tenantid: string
  /** Commands: after this moment the receiver should refuse. RFC 3339, UTC. */
  readonly deadline?: string
  readonly sagastep?: string
  /** W3C trace context. Sent as `traceid` too: without that Dapr writes its own `traceparent` over ours. */
  readonly traceparent?: string
  readonly traceid?: string
  readonly data: T
}
