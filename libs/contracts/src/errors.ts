/** An error of this library; `code` is stable and documented in the README. */
export class ContractError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ContractError'
    this.code = code
  }
}

/** A type without a contract in this library. */
export function unknownContract(type: string): ContractError {
  return new ContractError(
    'CONTRACT_UNKNOWN',
    `No contract is known for '${type}'. Add its folder under libs/contracts/src, or deploy a newer build.`,
  )
}

/** Data of an older version that its upcaster does not bring into the newer one's shape. */
export function upcastFailed(from: string, to: string, why: { detail?: string; cause?: unknown }): ContractError {
  const detail = why.detail ?? (why.cause instanceof Error ? why.cause.message : 'it threw')
  return new ContractError(
    'CONTRACT_UPCAST_FAILED',
    `The upcaster from '${from}' to '${to}' does not fit this data: ${detail}. Correct the upcast.ts beside the schema of '${to}'.`,
    { cause: why.cause },
  )
}

/** A contract's schema that does not compile: a mistake in the library itself. */
export function schemaBroken(type: string, cause: unknown): ContractError {
  return new ContractError(
    'CONTRACT_SCHEMA_BROKEN',
    `The schema of '${type}' is not a usable JSON Schema 2020-12. Correct its schema.json and run node tools/generators/contract-types.ts.`,
    { cause },
  )
}
