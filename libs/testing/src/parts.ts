import { inject } from 'vitest'
import { partsMissing } from './errors.ts'
import type { SharedParts } from './setup/shared-parts.ts'

/** Where the integration project's shared PostgreSQL and Kafka listen. Throws `TEST_PARTS_MISSING` elsewhere. */
export function sharedParts(): SharedParts {
  const parts = inject('prepParts')
  if (!parts) throw partsMissing('PostgreSQL and Kafka')
  return parts
}
