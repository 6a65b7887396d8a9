import { EventEmitter, once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { interrupted } from '../../runtime/errors.ts'
import type { ApiClient, Resource } from '../cluster/api-client.ts'
import { follow } from '../cluster/follow.ts'
import { GitopsError } from '../errors.ts'

export interface Application extends Resource {
  readonly spec?: { source?: { targetRevision?: string } } & Record<string, unknown>
  readonly status?: {
    sync?: { status?: string, revision?: string, revisions?: string[] }
    health?: { status?: string, message?: string }
    conditions?: Array<{ type: string, message: string }>
    operationState?: { phase?: string, message?: string }
    resources?: Array<{ kind: string, name: string, status?: string, health?: { status?: string, message?: string } }>
  }
}

const folder = '/apis/argoproj.io/v1alpha1/namespaces/argocd'

export const refreshAnnotation = 'argocd.argoproj.io/refresh'
const setAnnotation = 'argocd.argoproj.io/application-set-refresh'

interface Wait {
  readonly timeoutMs?: number
  /** At least so long between two looks: a look at everything costs the API server more than what it is after. */
  readonly everyMs?: number
}

/** Argo CD's Applications, as the drill looks at them and pokes them. */
export class Applications {
  readonly #api: ApiClient
  readonly #signal: AbortSignal
  readonly #changes = new EventEmitter()
  #changed = 0
  /** The last refresh, and whether it has yet to mark. */
  #marked: Promise<void> = Promise.resolve()
  #isComing = false

  /** They are watched until the signal, so that what waits for them wakes when one changes. */
  constructor(api: ApiClient, signal: AbortSignal) {
    this.#api = api
    this.#signal = signal
    const onChange = (): void => {
      this.#changed += 1
      this.#changes.emit('change')
    }
    for (const kind of ['applications', 'applicationsets']) void follow(api, `${folder}/${kind}`, onChange, signal, 'metadata')
  }

  list(): Promise<Application[]> {
    return this.#api.list<Application>(`${folder}/applications`)
  }

  get(name: string): Promise<Application | undefined> {
    return this.#api.get<Application>(`${folder}/applications/${name}`)
  }

  /**
   * What a forge's webhook would do after a push: everything that reads the repository looks again. A look that is under way
   * takes a new mark with it when it ends, so it is waited for; who asks meanwhile gets the same look.
   */
  refresh(): Promise<void> {
    if (!this.#isComing) this.#marked = this.#marked.then(() => this.#refreshOnce())
    this.#isComing = true
    return this.#marked
  }

  async #refreshOnce(): Promise<void> {
    await this.until('earlier looks have ended', async () => [...await this.waitingSets(), ...await this.#waitingApplications()])
    this.#isComing = false
    await this.#markAll()
  }

  /** ApplicationSets that have not looked at the repository since the last refresh. */
  waitingSets(): Promise<string[]> {
    return this.#marks('applicationsets', setAnnotation)
  }

  #waitingApplications(): Promise<string[]> {
    return this.#marks('applications', refreshAnnotation)
  }

  async #marks(kind: string, annotation: string): Promise<string[]> {
    const all = await this.#api.list(`${folder}/${kind}`, 'metadata')
    return all.filter(({ metadata }) => metadata.annotations?.[annotation] !== undefined).map(({ metadata }) => `${metadata.name} has not looked`)
  }

  async #markAll(): Promise<void> {
    // What the acts change is never the platform's, and its Applications are the dearest to compare.
    const isConcerned = ({ metadata: { name } }: Resource): boolean => !name.startsWith('platform')
    const mark = async (kind: string, annotation: string, value: string): Promise<void> => {
      const all = (await this.#api.list(`${folder}/${kind}`, 'metadata')).filter(isConcerned)
      await Promise.all(all.map(({ metadata: { name } }) => this.#api.patch(`${folder}/${kind}/${name}`, { metadata: { annotations: { [annotation]: value } } })))
    }
    await mark('applicationsets', setAnnotation, 'true')
    await mark('applications', refreshAnnotation, 'normal')
  }

  /** Until the check finds nothing left to wait for. @throws GitopsError GITOPS_DRILL_FAILED with what was still open */
  async until(what: string, open: () => Promise<string[]>, { timeoutMs = 240_000, everyMs = 100 }: Wait = {}): Promise<void> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const before = this.#changed
      const left = await open()
      if (left.length === 0) return
      if (this.#signal.aborted) throw interrupted()
      if (Date.now() > deadline) throw new GitopsError('GITOPS_DRILL_FAILED', { message: `${what}: not after ${timeoutMs / 1000} s.`, detail: left.slice(0, 25).join('\n') })
      await delay(everyMs)
      if (this.#changed === before) await this.#change()
    }
  }

  /** The next change of any, or a second: deployments are not watched. */
  async #change(): Promise<void> {
    await once(this.#changes, 'change', { signal: AbortSignal.any([this.#signal, AbortSignal.timeout(1000)]) }).catch(() => undefined)
  }
}

/** In a line: what an Application is, and why. */
export function stateOf({ metadata, status }: Application): string {
  const why = [...(status?.conditions ?? []).map(({ message }) => message), status?.operationState?.phase === 'Succeeded' ? '' : status?.operationState?.message ?? '']
  const unhealthy = (status?.resources ?? []).filter(({ health }) => health?.status !== undefined && health.status !== 'Healthy').slice(0, 3).map(({ kind, name, health }) => `${kind}/${name} ${health?.status}`)
  return `${metadata.name}: ${status?.sync?.status ?? 'new'}, ${status?.health?.status ?? 'unknown'} ${[...unhealthy, ...why].filter((text) => text !== '').join('; ').slice(0, 300)}`.trim()
}

export function isSynced({ status }: Application): boolean {
  return status?.sync?.status === 'Synced'
}

export function isHealthy(application: Application): boolean {
  return isSynced(application) && application.status?.health?.status === 'Healthy'
}
