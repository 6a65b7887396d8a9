import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generate, staleFiles } from './contract-types.ts'

const CONTRACTS = fileURLToPath(new URL('../../libs/contracts/src', import.meta.url))

interface EditableSchema {
  $id: string
  'x-message': { type: string; kind: string }
  properties: Record<string, object>
}

it('the committed types are those of the schemas; else run node tools/generators/contract-types.ts', async () => {
  expect(await staleFiles()).toEqual([])
})

describe('on a copy', () => {
  let root: string
  const schemaPath = () => join(root, 'booking/confirm/v1/schema.json')

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'contracts-'))
    await cp(join(CONTRACTS, 'booking/confirm'), join(root, 'booking/confirm'), { recursive: true })
    await generate(root)
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  async function edit(change: (schema: EditableSchema) => void): Promise<void> {
    const schema = JSON.parse(await readFile(schemaPath(), 'utf8')) as EditableSchema
    change(schema)
    await writeFile(schemaPath(), JSON.stringify(schema))
  }

  it('names a type file as stale once its schema changed, and writes it', async () => {
    await edit((schema) => (schema.properties.note = { type: 'string', description: 'A note.' }))
    expect(await staleFiles(root)).toEqual(['booking/confirm/v1/types.generated.ts'])
    await generate(root)
    expect(await readFile(join(root, 'booking/confirm/v1/types.generated.ts'), 'utf8')).toContain('note?: string')
    expect(await staleFiles(root)).toEqual([])
  })

  describe('a second version', () => {
    const v2 = (file: string) => join(root, 'booking/confirm/v2', file)

    beforeEach(async () => {
      const schema = JSON.parse(await readFile(schemaPath(), 'utf8')) as EditableSchema
      schema.$id = schema.$id.replace('/v1', '/v2')
      schema['x-message'].type = 'booking.confirm.v2'
      await mkdir(v2(''))
      await writeFile(v2('schema.json'), JSON.stringify(schema))
    })

    it('is tied to the one before by its upcaster', async () => {
      await writeFile(v2('upcast.ts'), 'export const upcast = (data: object) => data\n')
      await generate(root)
      const types = await readFile(v2('types.generated.ts'), 'utf8')
      expect(types).toContain("import { ConfirmBookingV1 } from '../v1/types.generated.ts'\nimport { upcast } from './upcast.ts'\n")
      expect(types).toMatch(/,\n {2}"previous": \{ "contract": ConfirmBookingV1, upcast \}\n\}\n$/)
    })

    it('is refused without an upcaster, or without the one before', async () => {
      await expect(generate(root)).rejects.toThrow('booking/confirm/v2/schema.json: upcast.ts must stand beside it')
      await rm(join(root, 'booking/confirm/v1'), { recursive: true })
      await expect(generate(root)).rejects.toThrow('booking/confirm/v2/schema.json: v1 must stay beside it')
    })
  })

  it.each<[string, (schema: EditableSchema) => void]>([
    ['$id must be https://contracts.prep.dev/booking/confirm/v1', (schema) => (schema.$id = 'https://elsewhere')],
    ["x-message.type must start with 'booking.'", (schema) => (schema['x-message'].type = 'payment.confirm.v1')],
    ["x-message.type must end with '.v1'", (schema) => (schema['x-message'].type = 'booking.confirm.v2')],
    ['x-message.kind must be event or command', (schema) => (schema['x-message'].kind = 'query')],
  ])('refuses a schema that contradicts its folder: %s', async (fault, change) => {
    await edit(change)
    await expect(generate(root)).rejects.toThrow(`booking/confirm/v1/schema.json: ${fault}`)
  })
})
