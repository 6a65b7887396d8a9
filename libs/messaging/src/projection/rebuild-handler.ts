import { RebuildProjectionV1 } from '@prep/contracts'
import { type Handler } from '../delivery/handler.ts'
import { handlerOf } from '../delivery/handler-of.ts'
import { PermanentError } from '../errors.ts'
import { type MessagingSettings } from '../settings.ts'
import { type Projections } from './projections.ts'

/** The handler of every service with projections: an operator asks it to build one anew. */
export function rebuildHandler(settings: MessagingSettings, projections: Projections): Handler {
  return handlerOf(settings, RebuildProjectionV1, async ({ projection: name, operator }, { tx }) => {
    const projection = projections.find(name)
    if (!projection) throw new PermanentError('MSG_PROJECTION_UNKNOWN', `This service has no projection ${name}.`)
    await projection.rebuild(tx, operator)
  })
}
