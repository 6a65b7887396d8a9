/** Every code that this package gives to an error or writes into an inbox row. README.md has the same table. */
export const messagingErrorCodes = {
  MSG_CONTRACT_VIOLATED: 'The data breaks its contract. Mend the publisher; the pointers say where.',
  MSG_CONTRACT_UNKNOWN: 'No contract of this type is known. Add it to libs/contracts, or deploy the build that has it.',
  MSG_TOO_LARGE: 'The event is over 256 KiB. Publish a reference to the data instead of the data.',
  MSG_ENVELOPE_INVALID: 'The message is not a CloudEvent as Prep writes it. Mend the publisher.',
  MSG_NOT_JSON: 'The message is not JSON. Find who writes to the topic without Prep.',
  MSG_UNREADABLE: 'The sidecar could not read the message and sent it to the dead letter topic. Its bytes are kept.',
  MSG_VERSION_UNKNOWN: 'The message has a newer version than this service can read. Deploy the consumer first.',
  MSG_UPCAST_FAILED: 'The upcaster of the newer version does not fit this message of an older one. Mend its upcast.ts, then retry.',
  MSG_HANDLER_DUPLICATE: 'Two handlers subscribe to the same type, or to versions of it. A type has one handler in a service; let it call both.',
  MSG_TOO_DEEP: 'The message has more than 32 levels of objects and lists in one another. Mend the publisher.',
  MSG_KEY_FORBIDDEN: 'The message has a key (__proto__, or prototype under constructor) that could change every object of a careless reader. Find who sent it.',
  MSG_KEY_WRONG: 'The partition key is not the subject of the event, or not the key on the broker: its order is not kept. Mend the publisher, then retry.',
  MSG_ID_REUSED: 'A message with this id came before with other data. Mend the publisher: an id belongs to one message; then retry or skip this one.',
  MSG_DEADLINE_PASSED: 'The command came after its deadline, and its handler takes none that late. Whoever sent it has given up by now.',
  MSG_BREAKER_OPEN: 'The handler keeps failing, so the message was put aside without a run. It runs by itself once the handler works again.',
  MSG_PARKING_FULL: 'Too many messages of this key wait behind one that failed. Handle or skip that one, then retry these in their order.',
  MSG_TOO_OLD: 'The id is older than the inbox remembers, so that nobody can tell whether the message was handled before. Look, then retry or skip it.',
  MSG_FROM_FUTURE: 'The id was made later than now by more than clocks may differ. Mend the clock of the publisher, then retry.',
  MSG_HANDLER_WITHOUT_CONTRACT: 'A handler was declared without a contract. Use @Subscribe(contract) instead of @EventPattern or @MessagePattern.',
  MSG_HANDLER_OPTIONS_WRONG: 'An external handler can be neither ordered nor replayable. Let an ordered database handler send it a command when its turn has come.',
  MSG_NOBODY_PUBLISHES: 'The service handles what nobody publishes. Publish it or remove the handler; then ./prep contracts generate.',
  MSG_SCOPE_MISSING: "Dapr's scopes do not let the service subscribe to a topic. Add it in dapr/components and the charts; then ./prep contracts generate.",
  MSG_HANDLER_TIMEOUT: 'The handler took longer than it may. Do slow work in an external handler, or in smaller messages.',
  MSG_HANDLER_EFFECT_MISSING: 'An external handler must return the effect to run in the transaction that marks its message handled.',
  MSG_HANDLER_FAILED: 'The handler threw an error without a code of its own.',
  MSG_CONSUMER_CRASHED: 'The process died with this message again and again, in the end with nothing else at work. Mend the handler, then retry.',
  MSG_CLAIM_LOST: 'Another worker took the message over while its external handler ran; the effect was rolled back.',
  MSG_PUBLISH_REFUSED: 'The sidecar or broker refused the message. The cause tells why.',
  MSG_PUBLISH_UNAVAILABLE: 'The sidecar or broker is away. Messages wait in the outbox and leave by themselves once it is back.',
  MSG_TOKEN_WRONG: 'The request did not carry the token that sidecar and service share. Check APP_API_TOKEN on both sides.',
  MSG_LETTER_UNKNOWN: 'The service has no such dead letter. Look at consumer and event id: ./prep dlq list --json shows both.',
  MSG_LETTER_NOT_DEAD: 'The letter is not dead any more: it was handled, skipped, or somebody else is replaying it. ./prep dlq show tells.',
  MSG_LETTER_NOT_NEXT: 'An earlier message of its key failed or waits, and the handler takes them in order. Handle or skip that one first: ./prep dlq show tells which.',
  MSG_LETTER_UNREADABLE: 'The message could not be read, so there is no handler to run again. Mend whoever wrote it, then skip the letter.',
  MSG_LETTER_UNHANDLED: 'The letter belongs to a handler that this build does not have. Deploy the build that has it, or skip the letter.',
  MSG_PROJECTION_UNKNOWN: 'The service has no projection of this name.',
  MSG_HANDLER_NOT_REPLAYABLE: 'A page of history came to a handler that may not be told again. Declare it with @Subscribe(contract, { replayable: true }), if it only keeps a read model; then retry.',
  MSG_CONFIG_INVALID: 'The messaging settings are not usable.',
} as const

export type MessagingErrorCode = keyof typeof messagingErrorCodes

/** `code` is stable; `cause` is kept where there is one. */
export class MessagingError extends Error {
  override readonly name = 'MessagingError'
  readonly code: MessagingErrorCode

  constructor(code: MessagingErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(options.detail ? `${messagingErrorCodes[code]} (${options.detail})` : messagingErrorCodes[code], { cause: options.cause })
    this.code = code
  }
}

/** Thrown by a handler: trying again will never help. The message becomes a dead letter at once, with this code. */
export class PermanentError extends Error {
  override readonly name: string = 'PermanentError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Thrown by a handler: worth another try, by the subscription's retry policy or after `retryAfterMs`. */
export class TransientError extends Error {
  override readonly name: string = 'TransientError'
  readonly code: string
  readonly retryAfterMs?: number

  constructor(code: string, message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options)
    this.code = code
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }
}
