/** Few, so that bulks form; each is relayed by one process at a time. Rows of outbox_lease: changing it is a migration. */
export const SHARDS = 4

/** FNV-1a, 32 bit, over UTF-16 units: any even spread would do. */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

export function shardOf(key: string): number {
  return hashOf(key) % SHARDS
}
