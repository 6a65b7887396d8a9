import { type Message } from './message.ts'

/** Hands messages to a mail server. */
export interface Mailer {
  /**
   * Resolves when the server took the message over. Calling it again with the same message may deliver it twice, with
   * the same Message-ID. Throws what the transport throws; its docstring says which failures are for good.
   */
  send(message: Message): Promise<void>
}
