import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { CrashPoint } from '@prep/messaging/crash-points'
import { eventually } from '../eventually.ts'

export interface Ended { readonly code: number | null, readonly signal: NodeJS.Signals | null }

/** As a platform starts its services. */
const MEMORY = ['--max-semi-space-size=4', '--max-old-space-size=192']

/** The tables that the service of these tests has beside those of messaging. */
export const serviceTables = `
create table effects (id bigint generated always as identity primary key, event_id uuid not null, note text not null);
create table parts (event_id uuid primary key, kind text not null);
create table changes (id uuid, version integer, primary key (id, version));
create table requests (number integer primary key);
create table kitchens (generation integer, id uuid, version integer not null, primary key (generation, id));
create table counter (n integer not null);
insert into counter values (0)`

/** A service in a process of its own, built, as it would be deployed; it ends with the test. */
export class ServiceProcess {
  readonly url: string
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  #output = ''

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
    this.ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as Ended)
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => { this.#output = (this.#output + text.toString()).slice(-4_000) })
  }

  /** Ready when this resolves; or dead already, if it was told to die at a point that it passes on its way up. */
  static async start(settings: Record<string, string>, point?: CrashPoint): Promise<ServiceProcess> {
    const crash = point === undefined ? {} : { PREP_CRASH_ARMED: 'yes', PREP_CRASH_POINT: point }
    const env = { ...process.env, NODE_OPTIONS: '', HOST: '127.0.0.1', LOG_LEVEL: 'error', ...settings, ...crash }
    const child = spawn(process.execPath, [...MEMORY, join(import.meta.dirname, 'crashing-service.fixture.ts')], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    const started = new ServiceProcess(child, `http://127.0.0.1:${settings['PORT']}`)
    await eventually(async () => started.hasEnded || (await fetch(`${started.url}/health/ready`)).ok, { timeoutMs: 60_000, what: 'the service is ready' })
    if (started.hasEnded && child.signalCode !== 'SIGKILL') throw new Error(`The service ended at once:\n${started.#output}`)
    return started
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** @returns whether the service said that it was done; false: nobody knows */
  async post(path: string): Promise<boolean> {
    return fetch(this.url + path, { method: 'POST', signal: AbortSignal.timeout(10_000) }).then(({ ok }) => ok, () => false)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  /** In good order. */
  async stop(): Promise<Ended> {
    if (!this.hasEnded) this.#child.kill('SIGTERM')
    return this.ended
  }
}
