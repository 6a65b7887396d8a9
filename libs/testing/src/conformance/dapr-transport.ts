import type { Envelope } from '@prep/messaging'
import type { Platform } from '@prep/runtime'
import { produceRaw, readTopics } from '../kafka.ts'
import { endPlatform, privatePlatform, startPlatform } from '../setup/private-platform.ts'
import type { Attachment, Transport } from './transport.ts'

const APP = 'booking'

/** Kafka of its own, and a real sidecar with the project's components for each instance. */
export function daprTransport(): Transport {
  let platform: Platform
  let instances = 0
  return {
    name: 'on Kafka through daprd',
    cannot: {},
    start: async () => {
      platform = await privatePlatform({ parts: 'infra', postgres: false })
      await startPlatform(platform)
    },
    stop: async () => { if (platform) await endPlatform(platform) },
    attach: async (appPort) => attach(platform, appPort, ++instances),
    send: (topic, messages) => produceRaw(platform.kafkaBrokers, messages.map((message) => ({ topic, key: message.partitionkey, value: JSON.stringify(message) }))),
    read: async (topic) => (await readTopics(platform.kafkaBrokers, [topic])).map(({ value }) => JSON.parse(value.toString()) as Envelope),
    cut: () => platform.part('kafka').kill(),
    mend: () => platform.part('kafka').start(),
  }
}

function attach(platform: Platform, appPort: number, instance: number): Attachment {
  const sidecar = platform.addSidecar({ appId: APP, name: `${APP}-${instance}-daprd`, appPort })
  return {
    daprHttpPort: sidecar.port,
    daprApiToken: platform.secrets.daprApiToken(APP),
    appApiToken: platform.secrets.appApiToken(APP),
    start: () => sidecar.start(),
    stop: async () => { await sidecar.stop() },
  }
}
