import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aRequest, type BookingClient, BookingServices } from '../../booking-service.fixture.ts'
import { type BookingResource } from '../booking-resource.ts'

let services: BookingServices
let client: BookingClient

beforeAll(async () => {
  services = await BookingServices.onFreshDatabase()
  client = await services.start()
})
afterAll(() => services.stop())

const list = (query: string) => client.call<BookingResource[]>(query)

it('pages through a kitchen, newest first, each booking once, while new ones come', async () => {
  const kitchenId = await client.knowsKitchen()
  await client.request(aRequest(await client.knowsKitchen()))
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.unshift((await client.request(aRequest(kitchenId))).id)
  const seen: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await list(`?kitchen_id=${kitchenId}&limit=2${cursor ? `&cursor=${cursor}` : ''}`)
    expect(page.status).toBe(200)
    seen.push(...page.data!.map((booking) => booking.id))
    cursor = page.meta.pagination?.next_cursor
    await client.request(aRequest(kitchenId))
  } while (cursor)
  expect(seen).toEqual(ids)
})

it('filters by status', async () => {
  const kitchenId = await client.knowsKitchen()
  const { id } = await client.request(aRequest(kitchenId))
  expect((await list(`?kitchen_id=${kitchenId}&status=requested`)).data?.map((booking) => booking.id)).toEqual([id])
  expect((await list(`?kitchen_id=${kitchenId}&status=no-show`)).data).toEqual([])
})

it.each(['status=lost', 'limit=0', 'limit=many', 'kitchen_id=x', 'cursor=x', 'colour=blue'])(
  'refuses ?%s by name',
  async (query) => {
    const answer = await list(`?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.error?.errors?.[0]?.parameter).toBe(query.split('=')[0])
  },
)

it.each([uuidv7(), 'no-id', '..%2F..'])('there is no booking %s', async (id) => {
  for (const path of [`/${id}`, `/${id}/events`]) {
    const answer = await client.call(path)
    expect([answer.status, answer.error?.code]).toEqual([404, 'HTTP_RESOURCE_UNKNOWN'])
  }
})
