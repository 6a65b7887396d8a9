/** What a use case says of a message that it publishes. */
export interface OutgoingMessage<T> {
  data: T
  /** The aggregate's id. */
  subject: string
  /** The aggregate's version. */
  sequence?: number
  /** Of a command, where it is not `subject`; an event's is always that. */
  partitionKey?: string
  /** Default: that of the current context, else the new message's own id. */
  correlationId?: string
  /** Default: the message being handled, else the current context's causation id. */
  causationId?: string
  /** Commands: after this moment the receiver should refuse. */
  deadline?: Date
  /** The receiving service, for a command whose contract leaves it open; default: this service itself. */
  to?: string
  /** Default: that of the command being handled. */
  sagaStep?: string
}
