import type { INestApplication } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import { type ErrorMapper, httpError } from '@prep/http'
import type { MessagingLifecycle } from '@prep/messaging'
import { markPersonal } from '@prep/observability'
import type { Database } from '@prep/persistence'
import { personalFields } from './personal-fields.ts'

/** What a service is made of besides HTTP. Found by what its module imports. */
export interface ServiceParts {
  database: Database | undefined
  messaging: MessagingLifecycle | undefined
  errorMappers: ErrorMapper[]
}

/**
 * Connects the libraries that the app's module imports, and loads no other: the gateway has neither a database nor
 * messages, and TypeORM alone would cost it 40 MB.
 */
export async function connectParts(app: INestApplication): Promise<ServiceParts> {
  const modules = new Set([...app.get(ModulesContainer).values()].map(module => module.metatype.name))
  const parts: ServiceParts = { database: undefined, messaging: undefined, errorMappers: [] }
  if (modules.has('PersistenceModule')) {
    const persistence = await import('@prep/persistence')
    parts.database = app.get<Database>(persistence.Database)
    parts.errorMappers.push(error => (persistence.isUnavailable(error) ? databaseAway(error) : undefined))
  }
  if (modules.has('MessagingModule')) {
    const [{ connectMessaging }, { allContracts }] = await Promise.all([import('@prep/messaging'), import('@prep/contracts')])
    markPersonal(personalFields(allContracts()))
    parts.messaging = connectMessaging(app)
  }
  return parts
}

function databaseAway(cause: unknown) {
  return httpError('HTTP_UNAVAILABLE', 'Nothing was changed, as far as we know. Try again in a moment; with an Idempotency-Key that is always safe.', {
    headers: { 'retry-after': '1' },
    cause,
  })
}
