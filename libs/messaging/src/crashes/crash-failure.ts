import { messagingErrorCodes } from '../errors.ts'
import { type Failure } from '../inbox/failure.ts'

/** What is recorded of a run that ended with its process: nobody saw an error. */
export const crashFailure: Failure = {
  code: 'MSG_CONSUMER_CRASHED',
  errorClass: 'MessagingError',
  message: messagingErrorCodes.MSG_CONSUMER_CRASHED,
  frame: null,
  permanent: true,
  retryAfterMs: undefined,
  slow: false,
}
