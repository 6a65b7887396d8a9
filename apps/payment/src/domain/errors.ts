/** Every code of this service's own errors. The README has the same table, and a test keeps them in step. */
export const PAYMENT_ERRORS = {
  PAYMENT_TRANSITION_FORBIDDEN: 'The payment cannot go from its state to that one. Look at the table in the README.',
  PAYMENT_COMMAND_CONFLICT: 'The booking has a payment with other terms already. Find out which of the two commands is wrong.',
  PAYMENT_NOT_VOIDABLE: 'The amount is being taken or was taken. Refund it instead.',
  PAYMENT_PROVIDER_CONFLICT: 'The provider holds something else than we asked for. Compare the payment with the provider\'s dashboard.',
  PAYMENT_PROVIDER_UNAVAILABLE: 'The card provider cannot be asked now. It is tried again by itself.',
} as const

export type PaymentErrorCode = keyof typeof PAYMENT_ERRORS

/** An error of the payment's own rules: trying again does not help. */
export class PaymentError extends Error {
  override readonly name = 'PaymentError'
  readonly code: PaymentErrorCode

  constructor(code: PaymentErrorCode, detail: string, options?: ErrorOptions) {
    super(`${PAYMENT_ERRORS[code]} (${detail})`, options)
    this.code = code
  }
}

/**
 * The provider gave no answer that could be used: no connection, a time-out, a failure on its side, too many requests.
 * `mayHaveReached` is false only when it is certain that the request was not carried out.
 */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
  readonly code = 'PAYMENT_PROVIDER_UNAVAILABLE' satisfies PaymentErrorCode
  readonly mayHaveReached: boolean

  constructor(detail: string, options: { mayHaveReached: boolean; cause?: unknown }) {
    super(`${PAYMENT_ERRORS.PAYMENT_PROVIDER_UNAVAILABLE} (${detail})`, { cause: options.cause })
    this.mayHaveReached = options.mayHaveReached
  }
}
