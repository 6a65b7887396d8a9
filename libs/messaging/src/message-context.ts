import { BaseRpcContext } from '@nestjs/microservices'
import { type Tx } from '@prep/persistence'
import { type Envelope } from './envelope.ts'

/** What a database handler gets beside the data. What it does through `tx` commits together with the inbox row. */
export class MessageContext<T = unknown> extends BaseRpcContext<[Envelope<T>]> {
  readonly envelope: Envelope<T>
  readonly tx: Tx
  /** 1 for the first run. */
  readonly attempt: number
  /** Whether the handler was declared `replayable`. */
  readonly replayable: boolean

  constructor(envelope: Envelope<T>, tx: Tx, attempt: number, replayable = false) {
    super([envelope])
    this.envelope = envelope
    this.tx = tx
    this.attempt = attempt
    this.replayable = replayable
  }

  /** Of a command: the moment after which it should be refused. */
  get deadline(): Date | undefined {
    return deadlineOf(this.envelope)
  }
}

/** What an external handler gets beside the data: no transaction is open while it runs. */
export class ExternalContext<T = unknown> extends BaseRpcContext<[Envelope<T>]> {
  readonly envelope: Envelope<T>
  /** 1 for the first run. A process that died in the middle of a run has used that attempt up. */
  readonly attempt: number
  /** Aborted when the handler has had its time. */
  readonly signal: AbortSignal

  constructor(envelope: Envelope<T>, attempt: number, signal: AbortSignal) {
    super([envelope])
    this.envelope = envelope
    this.attempt = attempt
    this.signal = signal
  }

  /** Of a command: the moment after which it should be refused. */
  get deadline(): Date | undefined {
    return deadlineOf(this.envelope)
  }
}

/** What an external handler found out, to be written in the transaction that marks its message handled. */
export type Effect = (tx: Tx) => Promise<void>

function deadlineOf(envelope: Envelope): Date | undefined {
  return envelope.deadline === undefined ? undefined : new Date(envelope.deadline)
}
