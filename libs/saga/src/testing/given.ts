import { checkDefinition } from '../domain/check-definition.ts'
import type { SagaDefinition } from '../domain/definition.ts'
import type { Told } from './message.ts'
import { Story } from './story.ts'

/**
 * Begins the story of a saga, told against the pure core: no database, no clock, no waiting.
 *
 * ```ts
 * given(bookingSaga).startedWith(aRequest())
 *   .expectCommand(HoldSlotV1).reply(slotHeld())
 *   .expectCommand(CheckComplianceV1).reply(complianceRejected())
 *   .expectCommand(ReleaseSlotV1).reply(slotReleased())
 *   .expectCommand(RejectBookingV1).reply(bookingRejected())
 *   .expectCompensated('compliance_rejected')
 * ```
 * Throws SAGA_DEFINITION_INVALID; each step of the story throws a StoryError when it comes out differently.
 */
export function given<S>(definition: SagaDefinition<S>): { startedWith(event: Told): Story<S> } {
  checkDefinition(definition)
  return { startedWith: event => Story.begin(definition, event) }
}
