import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { moduleFolder } from '../gitops/modules.ts'
import { services } from '../runtime/catalogue.ts'
import { daprdVersion } from '../runtime/daprd-version.ts'
import { kafkaVersion } from '../runtime/kafka-jars.ts'
import { repositoryRoot } from '../runtime/repository.ts'

interface Container { image: string, command: string[], environment: Record<string, string>, network_mode?: string, depends_on?: unknown, volumes?: string[] }

const compose = parse(readFileSync(join(repositoryRoot, 'compose.yaml'), 'utf8'), { merge: true }) as { services: Record<string, Container>, [more: string]: unknown }
const sidecar = (app: string): Container | undefined => compose.services[`${app}-daprd`]

test('it is what the Compose Specification allows', async () => {
  const schema = JSON.parse(readFileSync(join(await moduleFolder('compose-go'), 'schema/compose-spec.json'), 'utf8')) as object
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  const isValid = ajv.compile(schema)
  expect(isValid(compose) ? [] : isValid.errors).toEqual([])
  expect(isValid({ ...compose, services: { a: { imagine: 'x' } } })).toBe(false)
})

test('it runs the services and parts of ./prep up, and no other', () => {
  const parts = ['postgres', 'kafka', 'prepare', 'build', 'compile', 'sandbox']
  expect(Object.keys(compose.services).sort()).toEqual([...parts, ...services.flatMap(({ name }) => [name, `${name}-daprd`])].sort())
})

test('its versions are those of ./prep up', () => {
  expect(compose.services['kafka']?.image).toBe(`apache/kafka:${kafkaVersion}`)
  for (const { name } of services) expect(sidecar(name)?.image).toBe(`daprio/daprd:${daprdVersion}`)
})

describe.each(services.map((service) => [service.name, service] as const))('%s', (app, { database }) => {
  const container = compose.services[app]

  test('starts anew when its built files change, after its migrations', () => {
    expect(container?.command.join(' ')).toContain(`node --watch apps/${app}/dist/main.js`.replace('node ', ''))
    expect(container?.command.join(' ').includes(`apps/${app}/dist/migrate.js &&`)).toBe(database !== undefined)
    expect(container?.environment['DATABASE_URL']).toBe(database === undefined ? undefined : `postgres://prep:prep@postgres:5432/${database}`)
  })

  test('shares its network with a sidecar that has the same tokens', () => {
    expect(sidecar(app)).toMatchObject({ network_mode: `service:${app}`, command: expect.arrayContaining([`--app-id=${app}`, '--app-port=3000']) })
    for (const token of ['DAPR_API_TOKEN', 'APP_API_TOKEN']) expect(sidecar(app)?.environment[token]).toBe(container?.environment[token])
  })
})
