/** What a client sends to book. There is no amount in it: the price is computed here. */
export interface RequestBookingBody {
  kitchen_id: string
  /** RFC 3339; the slot is half-open, `[starts_at, ends_at)` */
  starts_at: string
  ends_at: string
  attendees: number
  /** The provider's token for the card, for example `pm_card_visa`. Never a card number. */
  payment_method: string
  customer: { name: string; email: string }
}

export const requestBookingSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kitchen_id', 'starts_at', 'ends_at', 'attendees', 'payment_method', 'customer'],
  properties: {
    kitchen_id: { type: 'string', format: 'uuid' },
    starts_at: { type: 'string', format: 'date-time' },
    ends_at: { type: 'string', format: 'date-time' },
    attendees: { type: 'integer', minimum: 1, maximum: 10_000 },
    payment_method: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]*$' },
    customer: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'email'],
      properties: {
        // No control characters: PostgreSQL cannot store the first of them, mail headers no line breaks.
        name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' },
        email: { type: 'string', format: 'email', maxLength: 254 },
      },
    },
  },
}
