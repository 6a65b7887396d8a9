import { Module } from '@nestjs/common'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { COMPLIANCE_CONFIG, complianceConfig } from './compliance.config.ts'
import { CheckCompliance } from './features/check-compliance/check-compliance.ts'
import { PublishDecision } from './features/check-compliance/publish-decision.ts'
import { CheckRepository } from './persistence/check-repository.ts'
import { KitchenProjection } from './persistence/kitchen-projection.ts'
import { OnCheckHandler } from './subscriptions/on-check.handler.ts'
import { OnKitchenChangedHandler } from './subscriptions/on-kitchen-changed.handler.ts'
import { OnKitchensRepublishedHandler } from './subscriptions/on-kitchens-republished.handler.ts'
import { OnKitchenRegisteredHandler } from './subscriptions/on-kitchen-registered.handler.ts'

@Module({
  imports: [
    PersistenceModule.forRoot({ service: 'compliance' }),
    MessagingModule.forRoot({ service: 'compliance', context: 'compliance', sideBySide: true }),
  ],
  controllers: [OnCheckHandler, OnKitchenChangedHandler, OnKitchenRegisteredHandler, OnKitchensRepublishedHandler],
  providers: [
    CheckCompliance,
    CheckRepository,
    KitchenProjection,
    PublishDecision,
    { provide: COMPLIANCE_CONFIG, useFactory: () => complianceConfig() },
  ],
})
export class ComplianceModule {}
