import { createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Random values of one platform, made on first use and kept in its home, readable by its user only. */
export class Secrets {
  readonly #home: string
  #seed: string | undefined

  constructor(home: string) {
    this.#home = home
  }

  get postgresPassword(): string {
    return this.#derive('postgres')
  }

  /** What an app shows its sidecar (DAPR_API_TOKEN). */
  daprApiToken(app: string): string {
    return this.#derive(`dapr-api/${app}`)
  }

  /** What a sidecar shows its app (APP_API_TOKEN). */
  appApiToken(app: string): string {
    return this.#derive(`app-api/${app}`)
  }

  #derive(purpose: string): string {
    this.#seed ??= readOrMake(join(this.#home, 'secret'), this.#home)
    return createHmac('sha256', this.#seed).update(purpose).digest('hex').slice(0, 40)
  }
}

function readOrMake(file: string, home: string): string {
  mkdirSync(home, { recursive: true })
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8')
}
