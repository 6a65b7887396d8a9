import type { Contract, Previous } from './contract.ts'

export interface TableLaidV1Data { tableId: string; guests: number }
export interface TableLaidV2Data { tableId: string; guests: { adults: number; children: number } }
export interface TableLaidV3Data { tableId: string; seats: string[] }

const id = { type: 'string', format: 'uuid' }

function tableLaid<T>(version: number, properties: object, previous?: Previous<T>): Contract<T> {
  return {
    type: `booking.table-laid.v${version}`,
    kind: 'event',
    context: 'booking',
    version,
    topic: 'prep.booking.events',
    dataschema: `https://contracts.prep.dev/booking/table-laid/v${version}`,
    schema: { type: 'object', additionalProperties: false, required: Object.keys(properties), properties },
    ...(previous && { previous }),
  }
}

/** Three versions of one event, as no context has them yet. */
export const TableLaidV1 = tableLaid<TableLaidV1Data>(1, { tableId: id, guests: { type: 'integer', minimum: 0 } })

const guests = {
  type: 'object',
  additionalProperties: false,
  required: ['adults', 'children'],
  properties: { adults: { type: 'integer', minimum: 0 }, children: { type: 'integer', minimum: 0 } },
}

/** It refuses a table of 13: an upcaster that throws. */
export const TableLaidV2 = tableLaid<TableLaidV2Data>(2, { tableId: id, guests }, {
  contract: TableLaidV1,
  upcast: ({ tableId, guests: adults }: TableLaidV1Data) => {
    if (adults === 13) throw new Error('13 at a table')
    return { tableId, guests: { adults, children: 0 } }
  },
})

/** Nobody at a table is no seat: an upcaster whose result breaks the newer contract. */
export const TableLaidV3 = tableLaid<TableLaidV3Data>(3, { tableId: id, seats: { type: 'array', minItems: 1, items: { type: 'string' } } }, {
  contract: TableLaidV2,
  upcast: ({ tableId, guests: { adults, children } }: TableLaidV2Data) => ({
    tableId,
    seats: [...Array(adults).fill('chair'), ...Array(children).fill('high chair')],
  }),
})
