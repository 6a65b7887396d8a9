import { describe, expect, it } from 'vitest'
import { readableVersion, readableVersions, upcastData } from './index.ts'
import { TableLaidV1, TableLaidV2, TableLaidV3 } from './versions.fixture.ts'

const tableId = '019b0000-0000-7000-8000-000000000001'

describe('versions', () => {
  it('that a consumer can read are its own and all before it', () => {
    expect(readableVersions(TableLaidV3)).toEqual([TableLaidV3, TableLaidV2, TableLaidV1])
    expect(readableVersions(TableLaidV1)).toEqual([TableLaidV1])
    expect(readableVersion(TableLaidV3, TableLaidV1.type)).toBe(TableLaidV1)
    expect(readableVersion(TableLaidV2, TableLaidV3.type)).toBeUndefined()
  })

  it('are brought up one after the other', () => {
    expect(upcastData(TableLaidV2, TableLaidV1.type, { tableId, guests: 2 })).toEqual({ tableId, guests: { adults: 2, children: 0 } })
    expect(upcastData(TableLaidV3, TableLaidV1.type, { tableId, guests: 2 })).toEqual({ tableId, seats: ['chair', 'chair'] })
  })

  it('leave data of the own version as it is', () => {
    const data = { tableId, seats: ['stool'] }
    expect(upcastData(TableLaidV3, TableLaidV3.type, data)).toBe(data)
  })

  it('say which upcaster threw, or made what its version refuses', () => {
    const failed = (message: string) => expect.objectContaining({ code: 'CONTRACT_UPCAST_FAILED', message: expect.stringContaining(message) })
    expect(() => upcastData(TableLaidV3, TableLaidV1.type, { tableId, guests: 13 })).toThrow(failed("from 'booking.table-laid.v1' to 'booking.table-laid.v2' does not fit this data: 13 at a table"))
    expect(() => upcastData(TableLaidV3, TableLaidV1.type, { tableId, guests: 0 })).toThrow(failed("to 'booking.table-laid.v3' does not fit this data: /seats must NOT have fewer than 1 items"))
  })

  it('have no way down, or from elsewhere', () => {
    expect(() => upcastData(TableLaidV1, TableLaidV2.type, {})).toThrow(expect.objectContaining({ code: 'CONTRACT_UNKNOWN' }))
  })
})
