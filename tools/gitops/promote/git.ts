import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GitopsError } from '../errors.ts'

/**
 * Runs git in a folder. @returns what it prints, without the last line end
 * @throws GitopsError GITOPS_GIT_FAILED with what git said
 */
export async function git(folder: string, ...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('git', ['-C', folder, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout.trimEnd()
  } catch (cause) {
    const { stderr = String(cause) } = cause as { stderr?: string }
    throw new GitopsError('GITOPS_GIT_FAILED', { message: `git ${args[0]} failed.`, detail: stderr.trim(), cause })
  }
}

/** Whether git ends with 0; what it prints is of no interest. */
export async function gitSucceeds(folder: string, ...args: string[]): Promise<boolean> {
  return git(folder, ...args).then(() => true, () => false)
}
