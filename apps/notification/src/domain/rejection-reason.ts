/** What a customer reads for each stable reason code; they say what can be done, and nothing internal. */
const SENTENCES: Readonly<Record<string, string>> = {
  slot_taken: 'Somebody else has booked this time. Please choose another.',
  card_declined: 'Your card was declined. Please try another payment method.',
  insufficient_funds: 'There is not enough money on your card. Please try another payment method.',
  provider_unavailable: 'The payment could not be made just now. Please try again later.',
  compliance_rejected: 'The kitchen may not be used for this booking. Please choose another kitchen or time.',
  hold_expired: 'The booking took too long and the time was given free. Please try again.',
  timed_out: 'The booking took too long. Please try again.',
}

const UNKNOWN = 'It could not be confirmed. Please try again.'

/** The sentence for a reason code such as `card_declined`; a general one for a code that is newer than this build. */
export function rejectionReason(reasonCode: string): string {
  return Object.hasOwn(SENTENCES, reasonCode) ? SENTENCES[reasonCode]! : UNKNOWN
}
