import { Module } from '@nestjs/common'
import { IdempotencyStore } from '@prep/http'
import { MessagingModule } from '@prep/messaging'
import { PersistenceModule } from '@prep/persistence'
import { ChangeKitchen } from './features/change-kitchen/change-kitchen.ts'
import { ChangeKitchenRoute } from './features/change-kitchen/change-kitchen.route.ts'
import { GetKitchenRoute } from './features/get-kitchen/get-kitchen.route.ts'
import { ListKitchensRoute } from './features/list-kitchens/list-kitchens.route.ts'
import { RegisterKitchen } from './features/register-kitchen/register-kitchen.ts'
import { RegisterKitchenRoute } from './features/register-kitchen/register-kitchen.route.ts'
import { OnRepublishKitchens } from './subscriptions/on-republish-kitchens.handler.ts'
import { KitchenRepository } from './persistence/kitchen-repository.ts'

@Module({
  imports: [PersistenceModule.forRoot({ service: 'listing' }), MessagingModule.forRoot({ service: 'listing', context: 'listing' })],
  controllers: [RegisterKitchenRoute, ChangeKitchenRoute, GetKitchenRoute, ListKitchensRoute, OnRepublishKitchens],
  providers: [KitchenRepository, RegisterKitchen, ChangeKitchen, IdempotencyStore],
})
export class ListingModule {}
