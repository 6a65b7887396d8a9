import { expect, test } from 'vitest'
import { customResourceSchemas } from './custom-resource-schemas.ts'
import { kubernetesSchemas } from './kubernetes-schemas.ts'

const port = { type: 'object', properties: { port: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' } } }
const swagger = {
  definitions: {
    'io.k8s.api.core.v1.Service': {
      type: 'object',
      properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, spec: { $ref: '#/definitions/Port' } },
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Service' }],
    },
    'Port': port,
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
    'Unused': { type: 'object' },
  },
}

test("a kind of Kubernetes' own stands alone with what it refers to, and allows nothing unknown", () => {
  const schema = kubernetesSchemas(swagger).get('v1/service_v1.json')
  expect(schema).toMatchObject({ additionalProperties: false, required: ['apiVersion', 'kind', 'metadata'] })
  expect(schema?.properties?.['kind']).toEqual({ type: 'string', enum: ['Service'] })
  expect(Object.keys(schema?.definitions ?? {})).toEqual(['Port', 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'])
  expect(schema?.definitions?.['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({ type: ['string', 'integer'] })
})

const definition = `
kind: CustomResourceDefinition
spec:
  group: dapr.io
  names: { kind: Component }
  versions:
    - name: v1alpha1
      schema:
        openAPIV3Schema:
          type: object
          properties:
            metadata: { type: object }
            spec:
              type: object
              properties:
                count: { x-kubernetes-int-or-string: true }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true, properties: { a: { type: string } } }
                maybe: { type: string, nullable: true }
`

test('a custom kind is strict too, but where its definition leaves the form free', () => {
  const spec = customResourceSchemas(definition).get('dapr.io/component_v1alpha1.json')?.properties?.['spec']
  expect(spec).toMatchObject({ additionalProperties: false })
  expect(spec?.properties?.['count']).toEqual({ type: ['string', 'integer'] })
  expect(spec?.properties?.['free']).not.toHaveProperty('additionalProperties')
  expect(spec?.properties?.['maybe']).toEqual({ type: ['string', 'null'] })
})
