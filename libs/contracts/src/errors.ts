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

/** A contract's schema that does not compile: a mistake in the library itself. */
export function schemaBroken(type: string, cause: unknown): ContractError {
  return new ContractError(
    'CONTRACT_SCHEMA_BROKEN',
    `The schema of '${type}' is not a usable JSON Schema 2020-12. Correct its schema.json and run node tools/generators/contract-types.ts.`,
    { cause },
  )
}
