import { spawn } from 'node:child_process'
import { GitopsError } from '../errors.ts'

export interface KubectlOutcome { readonly exitCode: number, readonly stdout: string, readonly stderr: string }

/** kubectl against one cluster. */
export class Kubectl {
  readonly #binary: string
  readonly #kubeconfig: string

  constructor(binary: string, kubeconfig: string) {
    this.#binary = binary
    this.#kubeconfig = kubeconfig
  }

  /** Runs it to its end; never throws for an exit code. */
  run(args: readonly string[], input = ''): Promise<KubectlOutcome> {
    const child = spawn(this.#binary, ['--kubeconfig', this.#kubeconfig, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const [stdout, stderr]: [string[], string[]] = [[], []]
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
    child.stdin.on('error', () => undefined) // it ended before it read everything: the exit code tells
    child.stdin.end(input)
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ exitCode: code ?? 1, stdout: stdout.join(''), stderr: stderr.join('') }))
    })
  }

  /** Standard output. @throws GitopsError GITOPS_CLUSTER_REFUSED */
  async must(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(args, input)
    if (exitCode === 0) return stdout
    throw new GitopsError('GITOPS_CLUSTER_REFUSED', { message: `The API server refused: ${firstLine(stderr)}`, hint: `It was asked: kubectl ${args.join(' ')}.`, detail: stderr.trim().split('\n').slice(0, 15).join('\n') })
  }

  /** Server-side apply. */
  async apply(resources: readonly object[], more: readonly string[] = []): Promise<string> {
    return this.must(['apply', '--server-side', '--force-conflicts', ...more, '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: resources }))
  }

  /** The resource, or undefined when there is none. */
  async get<T = Record<string, unknown>>(kind: string, name: string, namespace: string): Promise<T | undefined> {
    const { exitCode, stdout } = await this.run(['get', kind, name, '-n', namespace, '-o', 'json', '--ignore-not-found'])
    return exitCode === 0 && stdout !== '' ? JSON.parse(stdout) as T : undefined
  }

  async list<T = Record<string, unknown>>(kind: string, namespace: string): Promise<T[]> {
    return (JSON.parse(await this.must(['get', kind, '-n', namespace, '-o', 'json'])) as { items: T[] }).items
  }

  async serverVersion(): Promise<string> {
    return (JSON.parse(await this.must(['version', '-o', 'json'])) as { serverVersion: { gitVersion: string } }).serverVersion.gitVersion
  }
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/^error: |^Error from server /, '').slice(0, 400)
}
