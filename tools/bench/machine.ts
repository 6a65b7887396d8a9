import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type as systemName } from 'node:os'

/** The machine in one line, for tables of figures: processor, cores, memory, system, Node.js. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor'
  const memory = Math.round(Math.min(totalmem(), memoryLimit()) / 1024 ** 3)
  return `${availableParallelism()} cores of ${model}, ${memory} GB, ${systemName()} ${release()}, Node.js ${process.versions.node}`
}

/** A container's limit (cgroup v2), else no limit. */
function memoryLimit(): number {
  try {
    const limit = readFileSync('/sys/fs/cgroup/memory.max', 'utf8').trim()
    return limit === 'max' ? Number.POSITIVE_INFINITY : Number(limit)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
