import { beforeAll, expect, test } from 'vitest'
import { repositoryRoot } from '../../runtime/repository.ts'
import type { Environment } from '../render/releases.ts'
import { render } from '../render/render.ts'
import { gitopsTool } from '../tools.ts'
import { serviceRelease } from './service-release.ts'

let helm: string
beforeAll(async () => {
  helm = await gitopsTool('helm')
})

async function refusal(app: string, values: Record<string, unknown>, environment: Environment = 'dev'): Promise<string> {
  try {
    await render(repositoryRoot, serviceRelease(app, values, environment), helm)
    return 'it was rendered'
  } catch (error) {
    return (error as Error).message
  }
}

const repository = 'ghcr.io/prep-kitchens/any'
const lag = { kind: 'lag', max: 9 }

test.each<[what: string, app: string, values: Record<string, unknown>, sentence: string]>([
  ['an unknown value', 'booking', { replicas: 3 }, "additional properties 'replicas' not allowed"],
  ['an unknown value further down', 'booking', { scaling: { mni: 3 } }, "scaling: additional properties 'mni' not allowed"],
  ['a number where text is wanted', 'booking', { image: { repository, tag: 1.2 } }, 'image.tag: got number, want string'],
  ['text where a number is wanted', 'booking', { port: 'http' }, 'port: got string, want integer'],
  ['an environment that there is not', 'booking', { environment: 'production' }, "environment: value must be one of 'dev', 'staging', 'prod'"],
  ['memory without a unit', 'booking', { resources: { limits: { memory: '512' } } }, "resources.limits.memory: '512' does not match pattern"],
  ['a digest cut short', 'booking', { image: { repository, digest: 'sha256:12' } }, "image.digest: 'sha256:12' does not match pattern"],
  ['a setting in lower case', 'booking', { env: { log_level: 'x' } }, 'env and secretEnv hold "log_level": a setting is named in capitals'],
  ['a setting that the chart makes', 'booking', { env: { PORT: '80' } }, 'PORT is set by the chart itself'],
  ['a setting that is no text', 'booking', { env: { BOOKING_STREAM_POLL_MS: 500 } }, 'env.BOOKING_STREAM_POLL_MS: got number, want string'],
  ['no image', 'booking', { image: { repository, digest: '' } }, 'image.tag and image.digest are both empty'],
  ['latest', 'booking', { image: { repository, tag: 'latest' } }, 'image.tag is latest'],
  ['a secret in the open', 'payment', { env: { STRIPE_API_KEY: 'x' } }, 'env.STRIPE_API_KEY looks like a secret'],
  ['a setting said twice', 'payment', { env: { MODE: 'a' }, secretEnv: { MODE: 'mode' } }, 'MODE stands in env and in secretEnv'],
  ['more replicas than partitions', 'booking', { scaling: lag }, 'scaling allows 9 replicas, but a topic has 8 partitions'],
  ['a consumer scaled by load alone', 'booking', { scaling: { kind: 'cpu' } }, 'scaling.kind is cpu, but booking reads topics'],
  ['lag of nothing', 'listing', { scaling: { kind: 'lag' } }, 'scaling.kind is lag, but consumes is empty'],
  ['more at least than at most', 'listing', { scaling: { min: 5, max: 3 } }, 'scaling.min is 5 and scaling.max is 3'],
  ['a canary of a consumer', 'booking', { rollout: { kind: 'canary' } }, 'rollout.kind is canary, but booking reads topics'],
  ['a canary of one', 'listing', { rollout: { kind: 'canary' }, scaling: { kind: 'fixed', min: 1 } }, 'rollout.kind is canary with one replica'],
  ['an end that is cut short', 'booking', { shutdown: { graceSeconds: 30 } }, 'shutdown.graceSeconds is 30'],
  ['a sidecar that ends before its app', 'booking', { dapr: { blockShutdownSeconds: 5 } }, 'dapr.blockShutdownSeconds is 5, but the app may take 17 s'],
  ['migrations of no database', 'booking', { database: { enabled: false } }, 'migration.enabled is true, but database.enabled is false'],
  ['a door without a name', 'api-gateway', { ingress: { enabled: true } }, 'ingress.host is empty'],
])('%s is refused in a sentence that names the value', async (_, app, values, sentence) => {
  const message = await refusal(app, values)
  expect(message).toContain(sentence)
  expect(message).toMatch(/^dev\/\S+ cannot be rendered: /)
  expect(message).not.toMatch(/\.tpl|\.yaml:\d|\n/)
})

test('prod takes images by digest only', async () => {
  expect(await refusal('booking', { image: { repository, tag: '1.0.0' } }, 'staging')).toBe('it was rendered')
  expect(await refusal('booking', { image: { repository, tag: '1.0.0' } }, 'prod')).toContain('image.digest is empty: in prod an image is named by its digest')
})
