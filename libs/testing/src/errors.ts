/** An error of the test harness itself, with a stable code. */
export class TestingError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TestingError'
    this.code = code
  }
}

/** `TEST_NEVER_CAME_TRUE`: eventually() ran out of time; `cause` is the last failure. */
export class EventuallyError extends TestingError {
  constructor(what: string, timeoutMs: number, cause: unknown) {
    const last = cause instanceof Error ? cause.message : String(cause)
    super('TEST_NEVER_CAME_TRUE', `${what} did not come true in ${timeoutMs} ms. The last failure was: ${last}`, { cause })
  }
}

/** `TEST_PARTS_MISSING`: a test asked for a shared part outside the integration project. */
export function partsMissing(part: string): TestingError {
  return new TestingError(
    'TEST_PARTS_MISSING',
    `No shared ${part} here. Name the file *.integration.test.ts, so that the integration project starts it.`,
  )
}
