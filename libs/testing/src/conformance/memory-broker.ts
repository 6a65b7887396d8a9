const PARTITIONS = 6
const AGAIN_MS = 50
const MAX_BULK = 200

export interface MemoryRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  /** The CloudEvent as JSON text. */
  readonly value: string
}

/** One instance of a consuming service. */
export interface Member {
  readonly topics: ReadonlySet<string>
  /** Topics that are delivered many at a time. */
  readonly bulkTopics: ReadonlySet<string>
  /** True: all are acknowledged. Never rejects. */
  deliver(records: readonly MemoryRecord[]): Promise<boolean>
}

interface Group {
  generation: number
  readonly members: Member[]
  /** By `topic/partition`: the first record that is not acknowledged. */
  readonly offsets: Map<string, number>
}

/**
 * A log with partitions and consumer groups in memory: keeps order per partition, delivers at least once, and gives each
 * partition to one member. A change of members or a cut loses the acknowledgements under way, as Kafka may.
 */
export class MemoryBroker {
  readonly #logs = new Map<string, MemoryRecord[]>()
  readonly #groups = new Map<string, Group>()
  #waiting: (() => void)[] = []
  #isCut = false

  get isCut(): boolean {
    return this.#isCut
  }

  /** @throws Error while the broker is cut */
  append(topic: string, key: string, value: string): void {
    if (this.#isCut) throw new Error('the broker is away')
    const partition = partitionOf(key)
    const log = this.#log(topic, partition)
    log.push({ topic, partition, offset: log.length, key, value })
    this.#changed()
  }

  read(topic: string): MemoryRecord[] {
    return Array.from({ length: PARTITIONS }, (_, partition) => this.#log(topic, partition)).flat()
  }

  cut(): void {
    this.#isCut = true
    for (const group of this.#groups.values()) group.generation++
  }

  mend(): void {
    this.#isCut = false
    for (const group of this.#groups.values()) this.#rebalance(group)
  }

  join(groupName: string, member: Member): void {
    const group = this.#groups.get(groupName) ?? { generation: 0, members: [], offsets: new Map<string, number>() }
    this.#groups.set(groupName, group)
    group.members.push(member)
    this.#rebalance(group)
  }

  leave(groupName: string, member: Member): void {
    const group = this.#groups.get(groupName)
    const index = group?.members.indexOf(member) ?? -1
    if (!group || index < 0) return
    group.members.splice(index, 1)
    this.#rebalance(group)
  }

  #rebalance(group: Group): void {
    const generation = ++group.generation
    this.#changed()
    if (this.#isCut) return
    const topics = new Set(group.members.flatMap(({ topics }) => [...topics]))
    for (const topic of topics) {
      const members = group.members.filter(({ topics }) => topics.has(topic))
      for (let partition = 0; partition < PARTITIONS; partition++) {
        void this.#pump(group, generation, members[partition % members.length] as Member, `${topic}/${partition}`)
      }
    }
  }

  /** Brings one partition to one member until the group changes. */
  async #pump(group: Group, generation: number, member: Member, place: string): Promise<void> {
    const [topic = '', partition] = place.split('/')
    const log = this.#log(topic, Number(partition))
    while (group.generation === generation) {
      const offset = group.offsets.get(place) ?? 0
      const records = log.slice(offset, offset + (member.bulkTopics.has(topic) ? MAX_BULK : 1))
      if (records.length === 0) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
        continue
      }
      const isAcknowledged = await member.deliver(records)
      if (group.generation !== generation) return
      if (isAcknowledged) group.offsets.set(place, offset + records.length)
      else await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #log(topic: string, partition: number): MemoryRecord[] {
    const place = `${topic}/${partition}`
    const log = this.#logs.get(place) ?? []
    this.#logs.set(place, log)
    return log
  }
}

function partitionOf(key: string): number {
  let hash = 0
  for (const character of key) hash = (hash * 31 + (character.codePointAt(0) as number)) >>> 0
  return hash % PARTITIONS
}
