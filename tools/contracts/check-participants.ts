import type { CatalogueEntry } from './catalogue.ts'
import type { Finding } from './findings.ts'

/** Who takes part, as far as versions and the start of services go. */
export function checkParticipants(catalogue: readonly CatalogueEntry[]): Finding[] {
  const families = Map.groupBy(catalogue, ({ family }) => family)
  return [...families.values()].flatMap((versions) => [...publishedTwice(versions), ...consumersBehind(versions), ...unpublished(versions)])
}

function publishedTwice(versions: readonly CatalogueEntry[]): Finding[] {
  const published = versions.filter(({ publishers }) => publishers.length > 0)
  return published.slice(1).map(({ type, publishers }) => ({
    code: 'CONTRACT_PUBLISHED_TWICE', subject: type, pointer: '',
    message: `${publishers.join(', ')} publish${publishers.length > 1 ? '' : 'es'} it while ${published[0]?.type} is published too.`,
    advice: 'Publish one version: the newest that every consumer can read.',
  }))
}

/** A handler reads its own version and those before it; a version after it would become a dead letter. */
function consumersBehind(versions: readonly CatalogueEntry[]): Finding[] {
  const newest = Math.max(0, ...versions.filter(({ publishers }) => publishers.length > 0).map(({ version }) => version))
  const published = versions.find(({ version }) => version === newest)
  if (!published) return []
  const reads = new Map<string, number>()
  for (const { version, subscribers } of versions) for (const name of subscribers) reads.set(name, Math.max(reads.get(name) ?? 0, version))
  return [...reads].filter(([, version]) => version < newest).map(([service, version]) => ({
    code: 'CONTRACT_CONSUMER_BEHIND', subject: published.type, pointer: '',
    message: `${published.publishers.join(', ')} publish${published.publishers.length > 1 ? '' : 'es'} it, and ${service} reads only up to v${version}: every message would become a dead letter there.`,
    advice: `Consumers move first: let the handler in apps/${service} subscribe to v${newest}, release that, then move the publisher.`,
  }))
}

function unpublished(versions: readonly CatalogueEntry[]): Finding[] {
  const isPublished = versions.some(({ publishers, unpublished: reason, topic }) => publishers.length > 0 || reason !== undefined || topic.includes('<service>'))
  if (isPublished) return []
  return versions.filter(({ subscribers }) => subscribers.length > 0).map(({ type, subscribers }) => ({
    code: 'CONTRACT_UNPUBLISHED', subject: type, pointer: '', message: `${subscribers.join(', ')} handle${subscribers.length > 1 ? '' : 's'} it, and no service publishes it.`,
    advice: 'Publish it, or remove the handler; if it comes from elsewhere, say so in x-message.unpublished.',
  }))
}
