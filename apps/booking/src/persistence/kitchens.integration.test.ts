import { KitchenChangedV1, KitchenRegisteredV1 } from '@prep/contracts'
import { Outbox, Projections } from '@prep/messaging'
import { sampleOf } from '@prep/testing'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bookingDatabase, type BookingDatabase } from '../booking.fixture.ts'
import { Kitchens } from './kitchens.ts'

let kitchens: Kitchens
let place: BookingDatabase

beforeAll(async () => {
  place = await bookingDatabase()
  kitchens = new Kitchens(new Projections(place.database), new Outbox('booking'))
})
afterAll(() => place.close())

it('keeps the newest version of a kitchen, in whatever order the versions come', async () => {
  const kitchenId = uuidv7()
  const registered = sampleOf(KitchenRegisteredV1, { kitchenId, version: 1, hourlyRateMinor: 1_000 })
  const dearer = sampleOf(KitchenChangedV1, { kitchenId, version: 2, hourlyRateMinor: 2_000 })
  const dearest = sampleOf(KitchenChangedV1, { kitchenId, version: 3, hourlyRateMinor: 3_000 })
  for (const change of [dearer, registered, dearest, dearer]) {
    await place.database.transaction((tx) => kitchens.project(tx, change))
  }
  expect(await kitchens.find(place.database, kitchenId)).toEqual({
    id: kitchenId,
    name: dearest.name,
    timeZone: dearest.timeZone,
    hourlyRateMinor: 3_000,
    currency: dearest.currency,
  })
})

it('does not know what nobody registered', async () => {
  expect(await kitchens.find(place.database, uuidv7())).toBeUndefined()
})
