import type { Part, Platform } from '@prep/runtime'

/** Looks every two seconds whether a part has ended, and tells each once. */
export function untilPartEnds(platform: Platform, tell: (part: Part) => void): { stop(): void } {
  const ended = new Set<string>()
  const ticking = setInterval(() => {
    for (const part of platform.parts) {
      if (part.pid !== undefined) ended.delete(part.name)
      else if (!ended.has(part.name)) {
        ended.add(part.name)
        tell(part)
      }
    }
  }, 2000)
  return { stop: () => clearInterval(ticking) }
}
