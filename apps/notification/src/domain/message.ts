/** What a message is about; each has a template of this name. With the booking it is the message's identity. */
export type MessageKind = 'booking-confirmed' | 'booking-rejected'

/** A message ready to be sent. */
export interface Message {
  /** UUIDv7. */
  readonly id: string
  readonly bookingId: string
  readonly kind: MessageKind
  readonly recipient: { readonly name: string; readonly email: string }
  readonly subject: string
  readonly body: string
}
