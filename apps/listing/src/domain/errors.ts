/** A rule that the details of a kitchen break. `field` is the path to it, in the domain's names. */
export interface Violation {
  field: readonly string[]
  code: string
  detail: string
}

/** The details of a kitchen cannot be true. */
export class KitchenRefused extends Error {
  override readonly name = 'KitchenRefused'
  readonly code = 'LISTING_KITCHEN_REFUSED'
  readonly violations: readonly Violation[]

  constructor(violations: readonly Violation[]) {
    super(violations.map(violation => `${violation.field.join('.')} ${violation.detail}`).join('; '))
    this.violations = violations
  }
}

/** Somebody changed the kitchen since the version that the caller has seen. */
export class KitchenChanged extends Error {
  override readonly name = 'KitchenChanged'
  readonly code = 'LISTING_KITCHEN_CHANGED'
  readonly version: number

  constructor(version: number) {
    super(`The kitchen is at version ${version} by now.`)
    this.version = version
  }
}
