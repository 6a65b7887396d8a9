import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RuntimeError } from './errors.ts'

export interface Java {
  readonly command: string
  /** As it calls itself, e.g. 17.0.15. */
  readonly version: string
}

export const oldestJava = 17

/** Java 17 or newer: JAVA_HOME's, else the one on PATH, else Homebrew's; undefined when there is none. */
export function findJava(): Java | undefined {
  const home = process.env['JAVA_HOME']
  const candidates = [
    ...(home === undefined ? [] : [join(home, 'bin', 'java')]),
    'java',
    '/opt/homebrew/opt/openjdk/bin/java',
    '/usr/local/opt/openjdk/bin/java',
  ]
  for (const command of candidates) {
    const version = versionOf(command)
    if (version !== undefined && Number.parseInt(version, 10) >= oldestJava) return { command, version }
  }
  return undefined
}

/** @throws RuntimeError RT_PREREQUISITE_MISSING with the command that gets it. */
export function requireJava(): Java {
  const java = findJava()
  if (java !== undefined) return java
  throw new RuntimeError('RT_PREREQUISITE_MISSING', {
    message: `Kafka needs Java ${oldestJava} or newer, and none was found.`,
    hint: `Get it: ${howToGetJava}`,
  })
}

export const howToGetJava =
  process.platform === 'darwin' ? 'brew install openjdk' : 'sudo apt-get install -y openjdk-17-jre-headless maven'

function versionOf(command: string): string | undefined {
  if (command.startsWith('/') && !existsSync(command)) return undefined
  const { stderr } = spawnSync(command, ['-version'], { encoding: 'utf8' })
  return /version "([^"]+)"/.exec(stderr ?? '')?.[1]
}
